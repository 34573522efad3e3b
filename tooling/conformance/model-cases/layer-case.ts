// One layer on one input: output, loss, gradients of input and parameters.
import { AttentionPooling, MultiHeadAttention, PositionEmbedding, TransformerStack } from '@seq/model';
import { backward, mul, ParameterStore, sum, type Tensor, tensor } from '@seq/tensor';
import type { Check } from '../check.js';
import type { VectorTensor } from '../safetensors.js';
import type { VectorCase } from '../vector-set.js';
import { closedForm } from './closed-form.js';
import { under } from './padded-batch.js';
import { type Precision, precisions } from './precision.js';
import { loadWeights } from './weights.js';

/** What the JSON of a layer vector holds. */
export interface LayerVector {
  readonly config: {
    readonly kind: string;
    readonly embedding_dim: number;
    readonly heads?: number;
    readonly ffn?: number;
    readonly layers?: number;
    readonly activation?: 'gelu' | 'relu';
    readonly max_len?: number;
    readonly B?: number;
    readonly L?: number;
  };
  readonly loss_float64?: number;
  readonly closed_form?: { readonly salt: number };
  readonly weights?: readonly ClosedFormWeight[];
  readonly gradient_statistics_float64?: Readonly<Record<string, GradientStatistics>>;
}

interface ClosedFormWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly k: number;
  readonly base: number;
  readonly scale: number;
}

interface GradientStatistics {
  readonly sum: number;
  readonly abs_sum: number;
  readonly l2: number;
  readonly stride: number;
}

type Tensors = ReadonlyMap<string, VectorTensor>;

/** A layer that takes named inputs as rows of packed sequences. */
type Layer = (
  inputs: ReadonlyMap<string, Tensor>,
  shapes: Tensors,
) => { y: Tensor; extra?: Record<string, Float64Array> };

/** The case of a layer vector in one precision. */
export function layerCase(name: string, vector: LayerVector, stored: Tensors, dtype: Precision['dtype']): VectorCase {
  const { kind } = vector.config;
  if (!Object.hasOwn(builders, kind)) return { name, unsupported: `the layer "${kind}" is not built` };
  const precision = precisions.find((candidate) => candidate.dtype === dtype)!;
  return { name, run: (check) => runLayer(vector, stored, precision, check) };
}

function runLayer(vector: LayerVector, stored: Tensors, precision: Precision, check: Check): void {
  const { dtype } = precision;
  const tensors = vector.closed_form === undefined ? stored : withClosedForms(vector, stored);
  const store = new ParameterStore({ dtype, seed: 0 });
  const layer = builders[vector.config.kind]!(store, vector.config);
  loadWeights(store, under(tensors, 'weights/'));
  const shapes = under(tensors, 'in/');
  const variables = new Map(
    [...shapes]
      .filter(([name, { data }]) => name !== 'cotangent' && data instanceof Float32Array)
      .map(([name, values]): [string, Tensor] => [name, packed(values, dtype).variable()]),
  );
  const { y, extra = {} } = layer(variables, shapes);
  const loss = sum(mul(y, packed(shapes.get('cotangent')!, dtype)));
  const outputs = new Map(Object.entries({ y: Float64Array.from(y.toTypedArray()), ...extra }));
  for (const [name, want] of under(tensors, 'out/')) {
    const got = outputs.get(name);
    if (got === undefined) check.holds(name, false, 'the layer gives no such output');
    else check.close(name, got, want.toNumbers(), precision.output);
  }
  if (vector.loss_float64 !== undefined) {
    check.close('loss', loss.item(), vector.loss_float64, precision.scalar);
  }
  const gradients = backward(loss);
  for (const [name, want] of under(tensors, 'grad_in/')) {
    const got = gradients.get(variables.get(name)!);
    check.close(`grad_in/${name}`, Float64Array.from(got?.toTypedArray() ?? []), want.toNumbers(), precision.gradient);
  }
  for (const [name, want] of under(tensors, 'grad/')) {
    check.close(`grad/${name}`, Float64Array.from(store.gradient(name)), want.toNumbers(), precision.gradient);
  }
  checkSampledGradients(vector, tensors, store, precision, check);
}

/** A tensor [B, L, D] as rows [B L, D]. */
function packed(values: VectorTensor, dtype: Precision['dtype']): Tensor {
  const width = values.shape.at(-1) ?? 1;
  return tensor(values.toNumbers(), [values.data.length / width, width], { dtype });
}

function sequencesOf({ shape }: VectorTensor, mask?: VectorTensor): { offsets: Uint32Array; keyMask?: Uint8Array } {
  const [count = 0, length = 0] = shape;
  const offsets = Uint32Array.from({ length: count + 1 }, (_, i) => i * length);
  return mask === undefined ? { offsets } : { offsets, keyMask: Uint8Array.from(mask.toInt32()) };
}

const builders: Readonly<Record<string, (store: ParameterStore, config: LayerVector['config']) => Layer>> = {
  transformer_stack: (store, config) => {
    const { embedding_dim: width, heads = 1, ffn = 4 * width, layers = 1, activation = 'gelu' } = config;
    const stack = new TransformerStack(store.scope(), { width, heads, feedForwardWidth: ffn, layers, activation });
    return (inputs, shapes) => {
      return { y: stack.forward(inputs.get('x')!, sequencesOf(shapes.get('x')!, shapes.get('mask'))) };
    };
  },
  attention_pooling: (store, { embedding_dim: width }) => {
    const pooling = new AttentionPooling(store.scope(), { width });
    return (inputs, shapes) => {
      return { y: pooling.forward(inputs.get('x')!, sequencesOf(shapes.get('x')!, shapes.get('mask'))) };
    };
  },
  position_embedding: (store, { embedding_dim: width, max_len: length = 0 }) => {
    const embedding = new PositionEmbedding(store.scope(), { length, width });
    return (inputs, shapes) => {
      const [count = 0, rows = 0] = shapes.get('x')!.shape;
      const positions = Uint32Array.from({ length: count * rows }, (_, i) => i % rows);
      return { y: embedding.forward(inputs.get('x')!, positions) };
    };
  },
  multihead_attention: (store, { embedding_dim: width, heads = 1 }) => {
    const attention = new MultiHeadAttention(store.scope(), { width, heads });
    return (inputs, shapes) => {
      const [query, key, value] = [inputs.get('query')!, inputs.get('key')!, inputs.get('value')!];
      const queries = sequencesOf(shapes.get('query')!);
      const keys = sequencesOf(shapes.get('key')!, shapes.get('key_mask'));
      const weights = attention.weights(query, queries, key, keys).flatMap((sample) => Array.from(sample));
      return {
        y: attention.forward(query, queries, key, keys, { value }),
        extra: { attention: Float64Array.from(weights) },
      };
    };
  },
};

/** The inputs and weights that the vector gives as a formula. */
function withClosedForms({ closed_form, weights = [], config }: LayerVector, stored: Tensors): Tensors {
  const salt = closed_form!.salt;
  const { B = 0, L = 0, embedding_dim: width } = config;
  const made = (shape: readonly number[], k: number, scale: number, base = 0): VectorTensor => {
    const length = shape.reduce((product, size) => product * size, 1);
    const data = closedForm(length, { k, salt, base, scale });
    return {
      dtype: 'F32',
      shape,
      data,
      toNumbers: () => Float64Array.from(data),
      toInt32: () => Int32Array.from(data),
    };
  };
  return new Map([
    ...stored,
    ...weights.map(({ name, shape, k, scale, base }): [string, VectorTensor] => {
      return [`weights/${name}`, made(shape, k, scale, base)];
    }),
    ['in/x', made([B, L, width], 101, 1.5)],
    ['in/cotangent', made([B, L, width], 102, 1)],
  ]);
}

/** Gradients that are stored as their first elements, a stride of them, and sums. */
function checkSampledGradients(
  vector: LayerVector,
  tensors: Tensors,
  store: ParameterStore,
  precision: Precision,
  check: Check,
): void {
  for (const [name, statistics] of Object.entries(vector.gradient_statistics_float64 ?? {})) {
    const gradient = Float64Array.from(store.gradient(name));
    const head = tensors.get(`grad_head/${name}`)!.toNumbers();
    const strided = tensors.get(`grad_stride/${name}`)!.toNumbers();
    check.close(`grad_head/${name}`, gradient.subarray(0, head.length), head, precision.gradient);
    const picked = strided.map((_, i) => gradient[i * statistics.stride]!);
    check.close(`grad_stride/${name}`, picked, strided, precision.gradient);
    if (precision.dtype !== 'float64') continue;
    const squares = gradient.reduce((total, value) => total + value * value, 0);
    const absolute = gradient.reduce((total, value) => total + Math.abs(value), 0);
    check.close(`${name} l2`, Math.sqrt(squares), statistics.l2, precision.scalar);
    check.close(`${name} abs_sum`, absolute, statistics.abs_sum, precision.scalar);
    const total = gradient.reduce((sum, value) => sum + value, 0);
    // The sum may cancel to nothing: its error is measured against the sum of magnitudes.
    check.close(`${name} sum`, [total, absolute], [statistics.sum, statistics.abs_sum], precision.gradient);
  }
}
