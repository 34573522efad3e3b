// Runs one model vector: outputs, losses, gradients and optimiser updates, against everything that the case stores.
import type { AttentionWeights } from '@seq/model';
import { add, backward, mul, ParameterStore, sum, type Tensor, tensor } from '@seq/tensor';
import type { Check } from '../check.js';
import type { VectorTensor } from '../safetensors.js';
import type { Tolerance } from '../tolerances.js';
import type { Vector } from '../vectors.js';
import { caseLosses, type LossName } from './case-losses.js';
import { type CaseModel, type CaseOutputs, type Categories, caseModel } from './case-model.js';
import { caseOptimiser, type VectorOptimiser } from './case-optimiser.js';
import type { VectorConfig } from './model-configuration.js';
import { checkOtherLosses, type OtherLosses } from './other-losses.js';
import { type PaddedInputs, pickRows, type RaggedBatch, raggedBatch, under } from './padded-batch.js';
import { type Precision, scalarTolerance } from './precision.js';
import { loadWeights } from './weights.js';

/** What the JSON of a model vector holds. */
export interface ModelVector {
  readonly config: VectorConfig;
  readonly losses_float64: Readonly<Partial<Record<LossName | 'total_loss', number>>>;
  readonly gradient_norm_float64: number;
  readonly parameters_without_gradient: readonly string[];
  readonly other_losses_float64?: OtherLosses;
  readonly optimiser?: VectorOptimiser & {
    readonly lrs: readonly number[];
    readonly total_loss_before_each_update_float64: readonly number[];
  };
}

/** How a case is run. */
export interface ModelCaseOptions {
  readonly precision: Precision;
  /** Whether tokens after the last visible one are left out of the reads. */
  readonly trim: boolean;
}

interface Run {
  readonly content: ModelVector;
  readonly tensors: ReadonlyMap<string, VectorTensor>;
  readonly inputs: PaddedInputs;
  readonly batch: RaggedBatch;
  readonly store: ParameterStore;
  readonly model: CaseModel;
  readonly precision: Precision;
  readonly check: Check;
}

/** Runs one vector in one precision. */
export function runModelCase(vector: Vector<ModelVector>, check: Check, { precision, trim }: ModelCaseOptions): void {
  const { content } = vector;
  const tensors = vector.tensors();
  const inputs = under(tensors, 'in/');
  const store = new ParameterStore({ dtype: precision.dtype, seed: 0 });
  const model = caseModel(store, content.config);
  loadWeights(store, under(tensors, 'weights/'));
  if (content.config.freeze_base) store.setTrainable((name) => name.startsWith('base_model.'), false);
  const batch = raggedBatch(inputs, { trim });
  const run: Run = { content, tensors, inputs, batch, store, model, precision, check };
  const outputs = model.run(batch, categoriesOf(inputs, content.config));
  checkOutputs(run, outputs);
  const total = checkLosses(run, outputs);
  checkOtherLosses(check, content.other_losses_float64 ?? {}, outputs, inputs, { config: content.config, precision });
  backward(total);
  checkGradients(run);
  if (content.optimiser !== undefined) checkUpdates(run, content.optimiser);
}

/** Indices by column, without the column that the case leaves out. */
export function categoriesOf(inputs: PaddedInputs, { drop_column }: VectorConfig): Categories {
  const columns = [...under(inputs, 'cat_')].filter(([name]) => name !== drop_column);
  return columns.length === 0 ? undefined : Object.fromEntries(columns.map(([name, ids]) => [name, ids.toInt32()]));
}

/** The rows of a padded output that the ragged form has, too. */
function liveRows(name: string, expected: VectorTensor, batch: RaggedBatch): Float64Array {
  const width = expected.shape.at(-1) ?? 1;
  const values = expected.toNumbers();
  if (name === 'nuc_predictions') return pickRows(values, batch.tokenRows, width);
  const isPerSlot = name === 'sample_embeddings' || name === 'count_prediction' || expected.shape.length === 3;
  return isPerSlot && name !== 'target_prediction' ? pickRows(values, batch.slotRows, width) : values;
}

function checkOutputs(run: Run, outputs: CaseOutputs): void {
  const { check, batch, precision, inputs, content } = run;
  const weights = run.model.attentionWeights?.(outputs, batch, categoriesOf(inputs, content.config)) ?? {};
  for (const [name, expected] of under(run.tensors, 'out/')) {
    const samples = weights[name];
    if (samples !== undefined) {
      checkAttention(run, name, samples, expected);
      continue;
    }
    const got = outputs[name]?.toTypedArray();
    if (got === undefined) check.holds(name, false, 'the model gives no such output');
    else check.close(name, got as Float64Array, liveRows(name, expected, batch), precision.output);
  }
}

/** Weights of the vectors are [B, H, queries, keys]; where queries are slots, only those that exist are compared. */
function checkAttention(run: Run, name: string, samples: AttentionWeights, expected: VectorTensor): void {
  const [, heads = 0, queries = 0, keys = 0] = expected.shape;
  const values = expected.toNumbers();
  const { slotOffsets } = run.batch.input;
  const got: number[] = [];
  const want: number[] = [];
  for (const [sample, weights] of samples.entries()) {
    const own = weights.length / (heads * keys);
    run.check.holds(
      `${name} of sample ${sample}`,
      own === queries || own === slotOffsets[sample + 1]! - slotOffsets[sample]!,
      `${weights.length} weights`,
    );
    got.push(...weights);
    for (let head = 0; head < heads; head++) {
      const start = (sample * heads + head) * queries * keys;
      want.push(...values.subarray(start, start + own * keys));
    }
  }
  run.check.close(name, got, want, run.precision.output);
}

/** The total with the terms that pair outputs with given cotangents. */
function totalLoss(run: Run, outputs: CaseOutputs): { total: Tensor; terms: ReturnType<typeof caseLosses>['terms'] } {
  const { content, inputs, batch } = run;
  const { terms, total } = caseLosses(outputs, content.config, inputs, batch);
  const paired = [...under(inputs, 'cotangent')].map(([suffix, cotangent]) => {
    const name = suffix === '' ? 'embeddings' : suffix.slice(1);
    const output = outputs[name]!;
    const live = tensor(liveRows(name, cotangent, batch), [...output.shape], { dtype: output.dtype });
    const pairing = sum(mul(output, live));
    const { emptySlotEmbedding } = run.model;
    return emptySlotEmbedding === undefined
      ? pairing
      : add(pairing, emptyPairing(emptySlotEmbedding, cotangent, batch));
  });
  const all = [...(total === undefined ? [] : [total]), ...paired];
  return { terms, total: all.reduce((a, b) => add(a, b)) };
}

/** In the padded form, a slot without tokens has the bias of the pooling norm as its embedding. */
function emptyPairing(bias: Tensor, cotangent: VectorTensor, { emptySlots }: RaggedBatch): Tensor {
  const width = bias.size;
  const rows = pickRows(cotangent.toNumbers(), emptySlots, width);
  const summed = Float64Array.from({ length: width }, (_, d) => {
    return emptySlots.reduce((total, _slot, i) => total + rows[i * width + d]!, 0);
  });
  return sum(mul(bias, tensor(summed, [width], { dtype: bias.dtype })));
}

function checkLosses(run: Run, outputs: CaseOutputs): Tensor {
  const { content, check, precision } = run;
  const { total, terms } = totalLoss(run, outputs);
  const got: Readonly<Partial<Record<string, Tensor>>> = { ...terms, total_loss: total };
  for (const [name, want] of Object.entries(content.losses_float64)) {
    const tolerance = scalarTolerance(precision, want);
    check.close(name, got[name]?.item() ?? 0, want, name === 'total_loss' ? ofTerms(tolerance, content) : tolerance);
  }
  return total;
}

/**
 * The tolerance of a total, which is one of its terms: a total that pairs outputs with cotangents may be a small
 * difference of large terms, and their rounding does not shrink with it.
 */
function ofTerms(tolerance: Tolerance, { losses_float64: losses }: ModelVector): Tolerance {
  const { total_loss: total = 0, ...terms } = losses;
  const known = Object.values(terms);
  const paired = total - known.reduce((sum, term) => sum + term, 0);
  const largestAtLeast = [...known, paired].reduce((sum, term) => sum + Math.abs(term), 0);
  const relativeToLargest = Math.max(tolerance.relative, tolerance.relativeToLargest ?? 0);
  return { absolute: tolerance.absolute, relative: 0, relativeToLargest, largestAtLeast };
}

function checkGradients({ content, tensors, store, check, precision }: Run): void {
  let squares = 0;
  for (const [name, expected] of under(tensors, 'grad/')) {
    const got = Float64Array.from(store.gradient(name));
    check.close(`grad/${name}`, got, expected.toNumbers(), precision.gradient);
    squares += got.reduce((total, value) => total + value * value, 0);
  }
  if (precision.dtype === 'float64') {
    check.close('gradient norm', Math.sqrt(squares), content.gradient_norm_float64, precision.scalar);
  }
  const without = store.names().filter((name) => !store.hasGradient(name));
  check.equal('parameters without gradient', without.sort(), [...content.parameters_without_gradient].sort());
}

function checkUpdates(run: Run, optimiser: NonNullable<ModelVector['optimiser']>): void {
  const { content, check, store, precision, batch, inputs, tensors } = run;
  const update = caseOptimiser(store, optimiser);
  const before = optimiser.total_loss_before_each_update_float64;
  for (const [i, learningRate] of optimiser.lrs.entries()) {
    store.clearGradients();
    const { total } = totalLoss(run, run.model.run(batch, categoriesOf(inputs, content.config)));
    check.close(`total loss before update ${i}`, total.item(), before[i]!, ofTerms(precision.scalar, content));
    backward(total);
    update.step({ learningRate });
  }
  const gradients = under(tensors, 'grad/');
  for (const [name, expected] of under(tensors, 'after/')) {
    const got = Float64Array.from(store.read(name));
    const want = expected.toNumbers();
    const kept = comparable(precision, gradients.get(name)?.toNumbers(), want.length);
    check.close(
      `after/${name}`,
      kept.map((k) => got[k]!),
      kept.map((k) => want[k]!),
      precision.output,
    );
  }
}

const EXACT_ZERO = 1e-13;

/** In float32, Adam turns the rounding noise of a gradient that is exactly zero into updates: those are left out. */
function comparable({ dtype }: Precision, gradient: Float64Array | undefined, length: number): number[] {
  const all = Array.from({ length }, (_, i) => i);
  if (dtype === 'float64' || gradient === undefined) return all;
  return all.filter((i) => Math.abs(gradient[i]!) >= EXACT_ZERO);
}
