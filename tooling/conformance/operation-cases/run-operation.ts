// How each operation of @seq/tensor is called with what a vector gives by name. It compares nothing.

import type { DropoutStream, DType, PackedSequences, RecomputePolicy, Tensor } from '@seq/tensor';
import * as ops from '@seq/tensor';

/** Tensors of a case by name, in its order. */
export type OperationInputs = Readonly<Record<string, Tensor>>;

/** Everything else that a case gives: numbers, names and lists of integers. */
export interface OperationOptions extends Partial<Omit<DropoutStream, 'sequenceIds'>> {
  readonly activation?: 'gelu' | 'relu';
  readonly axes?: readonly number[];
  readonly after?: number;
  readonly axis?: number;
  readonly before?: number;
  readonly classCount?: number;
  readonly delta?: number;
  readonly dtype?: DType;
  readonly end?: number;
  readonly epsilon?: number;
  readonly heads?: number;
  readonly indices?: readonly number[];
  readonly keepAxes?: boolean;
  readonly keyMask?: readonly number[];
  readonly offsets?: readonly number[];
  readonly queryOffsets?: readonly number[];
  readonly recompute?: RecomputePolicy;
  readonly rowCount?: number;
  readonly scale?: number;
  readonly sequenceIds?: readonly number[];
  readonly shape?: readonly number[];
  readonly shift?: number;
  readonly start?: number;
  readonly targets?: readonly number[];
  readonly tokens?: readonly number[];
  readonly value?: number;
  readonly weights?: readonly number[];
}

type Run = (inputs: OperationInputs, options: OperationOptions) => Tensor;

const ofOne =
  (operation: (x: Tensor) => Tensor): Run =>
  ({ x }) =>
    operation(x!);

const ofTwo =
  (operation: (a: Tensor, b: Tensor) => Tensor): Run =>
  ({ a, b }) =>
    operation(a!, b!);

const reduction =
  (operation: typeof ops.sum): Run =>
  ({ x }, { axes, keepAxes }) =>
    operation(x!, { ...(axes && { axes }), ...(keepAxes !== undefined && { keepAxes }) });

const ofClasses =
  (operation: typeof ops.nll): Run =>
  ({ x }, { targets, weights }) =>
    operation(x!, Int32Array.from(targets!), weights && { weights: Float64Array.from(weights) });

const rows = (indices: readonly number[] | undefined): Uint32Array => Uint32Array.from(indices!);

const packed = ({ offsets, keyMask }: OperationOptions): PackedSequences => ({
  offsets: rows(offsets),
  ...(keyMask && { keyMask: Uint8Array.from(keyMask) }),
});

/** The inputs called `parameter 0`, `parameter 1`, … */
function parameters(inputs: OperationInputs): Tensor[] {
  return Object.entries(inputs).flatMap(([name, values]) => (name.startsWith('parameter ') ? [values] : []));
}

type FourParameters = Parameters<typeof ops.attention>[4];

const runs: Readonly<Record<string, Run>> = {
  abs: ofOne(ops.abs),
  add: ofTwo(ops.add),
  argmax: ({ x }, { axis }) => ops.argmax(x!, axis === undefined ? {} : { axis }),
  attention: (inputs, options) => {
    const [query, key, value] = [inputs.query!, inputs.key!, inputs.value];
    const four = parameters(inputs) as unknown as FourParameters;
    return ops.attention(query, rows(options.queryOffsets), key, packed(options), four, {
      heads: options.heads!,
      value,
    });
  },
  attentionPooling: ({ x, query, weight, bias }, options) =>
    ops.attentionPooling(x!, packed(options), query!, weight!, bias!),
  attentionWeights: (inputs, options) => {
    const four = parameters(inputs) as unknown as FourParameters;
    const [query, key] = [inputs.query!, inputs.key!];
    return ops.attentionWeights(query, rows(options.queryOffsets), key, packed(options), four, {
      heads: options.heads!,
    });
  },
  cast: ({ x }, { dtype }) => ops.cast(x!, dtype!),
  concat: (inputs, { axis }) => ops.concat(Object.values(inputs), axis!),
  crossEntropy: ofClasses(ops.crossEntropy),
  div: ofTwo(ops.div),
  dropout: ({ x }, { offsets, sequenceIds, probability, seed, site, step }) => {
    const stream = { probability: probability!, seed: seed!, site: site!, step: step! };
    return ops.dropout(x!, rows(offsets), { ...stream, sequenceIds: rows(sequenceIds) });
  },
  embedSequences: ({ tokens_table, position_table }, { tokens, offsets }) =>
    ops.embedSequences(Int32Array.from(tokens!), rows(offsets), tokens_table!, position_table!),
  encoder: (inputs, options) => {
    const { heads, activation, recompute } = options;
    return ops.encoder(inputs.x!, packed(options), parameters(inputs), { heads: heads!, activation, recompute });
  },
  equal: ofTwo(ops.equal),
  exp: ofOne(ops.exp),
  expand: ({ x }, { shape }) => ops.expand(x!, shape!),
  gatherRows: ({ x }, { indices }) => ops.gatherRows(x!, rows(indices)),
  gelu: ofOne(ops.gelu),
  greater: ofTwo(ops.greater),
  huber: ({ x }, { delta }) => ops.huber(x!, delta === undefined ? {} : { delta }),
  layerNorm: ({ x, weight, bias }, { epsilon }) =>
    ops.layerNorm(x!, weight!, bias!, epsilon === undefined ? {} : { epsilon }),
  linear: ({ x, weight, bias }) => ops.linear(x!, weight!, bias),
  ln: ofOne(ops.ln),
  ln1p: ofOne(ops.ln1p),
  logSoftmax: ofOne(ops.logSoftmax),
  matmul: ofTwo(ops.matmul),
  max: reduction(ops.max),
  maximum: ofTwo(ops.maximum),
  mean: reduction(ops.mean),
  minimum: ofTwo(ops.minimum),
  mul: ofTwo(ops.mul),
  neg: ofOne(ops.neg),
  nll: ofClasses(ops.nll),
  oneHot: ({ x }, { classCount, dtype }) => ops.oneHot(x!, classCount!, { dtype }),
  pad: ({ x }, { axis, before, after, value }) => ops.pad(x!, axis!, before!, after!, { value }),
  pairwiseDistance: ofOne(ops.pairwiseDistance),
  permute: ({ x }, { axes }) => ops.permute(x!, axes!),
  relu: ofOne(ops.relu),
  reshape: ({ x }, { shape }) => ops.reshape(x!, shape!),
  scaleShift: ({ x }, { scale, shift }) => ops.scaleShift(x!, scale!, shift!),
  scatterAddRows: ({ x }, { indices, rowCount }) => ops.scatterAddRows(x!, rows(indices), { rowCount: rowCount! }),
  sigmoid: ofOne(ops.sigmoid),
  slice: ({ x }, { axis, start, end }) => ops.slice(x!, axis!, start!, end!),
  softmax: ofOne(ops.softmax),
  softplus: ofOne(ops.softplus),
  sqrt: ofOne(ops.sqrt),
  square: ofOne(ops.square),
  sub: ofTwo(ops.sub),
  sum: reduction(ops.sum),
  tanh: ofOne(ops.tanh),
  whereMask: ({ mask, a, b }) => ops.whereMask(mask!, a!, b!),
};

/** Calls the operation of that name, or gives undefined where there is none. */
export function operationOf(name: string): Run | undefined {
  return Object.hasOwn(runs, name) ? runs[name] : undefined;
}
