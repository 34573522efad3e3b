// Runs one trajectory: updates on given batches, every loss and gradient norm on the way, the weights at the end.
import { backward, clipGlobalNorm, ParameterStore, scaleShift, tidy } from '@seq/tensor';
import type { Check } from '../check.js';
import type { VectorTensor } from '../safetensors.js';
import type { Vector } from '../vectors.js';
import { caseLosses, type LossName } from './case-losses.js';
import { type CaseModel, caseModel } from './case-model.js';
import { caseOptimiser, type VectorOptimiser } from './case-optimiser.js';
import { categoriesOf } from './model-case.js';
import type { VectorConfig } from './model-configuration.js';
import { type PaddedInputs, raggedBatch, under } from './padded-batch.js';
import { trajectoryTolerances } from './precision.js';
import { loadWeights } from './weights.js';

/** What the JSON of a trajectory holds. */
export interface TrajectoryVector {
  readonly config: VectorConfig;
  readonly optimiser: VectorOptimiser & {
    readonly steps: number;
    readonly accumulation: number;
    readonly max_grad_norm?: number;
    readonly lr_at_step: readonly number[];
  };
  readonly losses_float64: Readonly<Record<LossName | 'total_loss', readonly number[]>>;
  readonly gradient_norm_before_clipping_float64: readonly number[];
  readonly elements_with_zero_gradient: Readonly<Record<string, number>>;
}

type Dtype = 'float32' | 'float64';

/** What a run leaves: losses per micro-batch, norms per update, final weights, and the largest gradient of each element. */
interface Trajectory {
  readonly losses: ReadonlyMap<string, number[]>;
  readonly norms: readonly number[];
  readonly store: ParameterStore;
  readonly largestGradients: ReadonlyMap<string, Float64Array>;
}

/** Runs one trajectory in one precision and compares it. */
export function runTrajectory(vector: Vector<TrajectoryVector>, check: Check, dtype: Dtype): void {
  const { content } = vector;
  const tensors = vector.tensors();
  const run = trajectory(content, tensors, dtype);
  const tolerances = trajectoryTolerances(dtype);
  for (const [name, want] of Object.entries(content.losses_float64)) {
    check.close(name, perRow(run.losses.get(name) ?? [], want.length), want, tolerances.loss);
  }
  check.close('gradient norms', run.norms, content.gradient_norm_before_clipping_float64, tolerances.loss);
  const exact = dtype === 'float64' ? run : trajectory(content, tensors, 'float64');
  checkZeroGradients(check, exact, content);
  for (const [name, expected] of under(tensors, 'final/')) {
    const kept = dtype === 'float64' ? undefined : movedElements(exact.largestGradients.get(name)!);
    checkFinal(check, name, run.store.read(name), expected.toNumbers(), { dtype, kept, content });
  }
}

/** Losses per micro-batch, or their means per update where the vector lists one number per update. */
function perRow(losses: readonly number[], rows: number): number[] {
  const size = losses.length / rows;
  if (!Number.isInteger(size)) return [...losses];
  return Array.from({ length: rows }, (_, row) => {
    return losses.slice(row * size, (row + 1) * size).reduce((sum, loss) => sum + loss, 0) / size;
  });
}

function trajectory(content: TrajectoryVector, tensors: ReadonlyMap<string, VectorTensor>, dtype: Dtype): Trajectory {
  const { config, optimiser } = content;
  const store = new ParameterStore({ dtype, seed: 0 });
  const model = caseModel(store, config);
  loadWeights(store, under(tensors, 'weights/'));
  if (config.freeze_base) store.setTrainable((name) => name.startsWith('base_model.'), false);
  const update = caseOptimiser(store, optimiser);
  const losses = new Map(Object.keys(content.losses_float64).map((name): [string, number[]] => [name, []]));
  const norms: number[] = [];
  const largestGradients = new Map(
    store.names().map((name): [string, Float64Array] => [name, new Float64Array(store.read(name).length)]),
  );
  const inputs = under(tensors, 'in/');
  for (let step = 0; step < optimiser.steps; step++) {
    store.clearGradients();
    for (let part = 0; part < optimiser.accumulation; part++) {
      const index = step * optimiser.accumulation + part;
      tidy(() => accumulate(model, config, microBatch(inputs, index), losses, optimiser.accumulation));
    }
    noteGradients(store, largestGradients);
    norms.push(clipGlobalNorm(store, optimiser.max_grad_norm ?? Number.POSITIVE_INFINITY));
    update.step({ learningRate: optimiser.lr_at_step[step]! });
  }
  return { losses, norms, store, largestGradients };
}

function accumulate(
  model: CaseModel,
  config: VectorConfig,
  inputs: PaddedInputs,
  losses: ReadonlyMap<string, number[]>,
  accumulation: number,
): void {
  const batch = raggedBatch(inputs, { trim: true });
  const outputs = model.run(batch, categoriesOf(inputs, config));
  const { terms, total } = caseLosses(outputs, config, inputs, batch);
  for (const [name, values] of losses) {
    const term = name === 'total_loss' ? total : terms[name as LossName];
    values.push(term?.item() ?? 0);
  }
  backward(scaleShift(total!, 1 / accumulation, 0));
}

/** Micro-batch number `index` of tensors whose leading axis counts micro-batches. */
function microBatch(inputs: PaddedInputs, index: number): PaddedInputs {
  return new Map(
    [...inputs].map(([name, stacked]) => {
      const [count = 1, ...shape] = stacked.shape;
      const size = stacked.data.length / count;
      const data = stacked.data.slice(index * size, (index + 1) * size);
      const numbers = (): Float64Array => stacked.toNumbers().slice(index * size, (index + 1) * size);
      const part: VectorTensor = {
        ...stacked,
        shape,
        data,
        toNumbers: numbers,
        toInt32: () => Int32Array.from(numbers()),
      };
      return [name, part];
    }),
  );
}

function noteGradients(store: ParameterStore, largest: ReadonlyMap<string, Float64Array>): void {
  for (const [name, seen] of largest) {
    if (!store.hasGradient(name)) continue;
    const gradient = store.gradient(name);
    for (let i = 0; i < seen.length; i++) seen[i] = Math.max(seen[i]!, Math.abs(gradient[i]!));
  }
}

/** The vectors' own bound between rounding noise and a gradient. */
const EXACT_ZERO = 1e-13;

function movedElements(largest: Float64Array): number[] {
  return Array.from(largest.keys()).filter((i) => largest[i]! >= EXACT_ZERO);
}

function checkZeroGradients(check: Check, { largestGradients }: Trajectory, content: TrajectoryVector): void {
  const found = [...largestGradients].map(([name, largest]): [string, number] => {
    return [name, largest.length - movedElements(largest).length];
  });
  const counts = Object.fromEntries(found.filter(([, count]) => count > 0).sort());
  const want = Object.fromEntries(Object.entries(content.elements_with_zero_gradient).sort());
  check.equal('elements with zero gradient', counts, want);
}

interface FinalOptions {
  readonly dtype: Dtype;
  /** Elements to compare; undefined for all. */
  readonly kept: readonly number[] | undefined;
  readonly content: TrajectoryVector;
}

const USUAL_SHARE = 0.99;

function checkFinal(
  check: Check,
  name: string,
  got: ArrayLike<number>,
  want: Float64Array,
  { dtype, kept, content }: FinalOptions,
): void {
  const { weight } = trajectoryTolerances(dtype);
  if (kept === undefined) {
    check.close(`final/${name}`, got, want, weight);
    return;
  }
  const differences = kept.map((i) => Math.abs(got[i]! - want[i]!));
  const usual = differences.filter((difference) => difference <= weight.absolute).length;
  check.holds(
    `final/${name}`,
    usual >= USUAL_SHARE * kept.length,
    `${kept.length - usual} of ${kept.length} elements are off by more than ${weight.absolute}`,
  );
  const reach = 2 * content.optimiser.lr_at_step.reduce((sum, rate) => sum + rate, 0);
  const worst = differences.reduce((a, b) => Math.max(a, b), 0);
  check.holds(
    `final/${name} worst`,
    worst <= reach && differences.every(Number.isFinite),
    `${worst}, allowed ${reach}`,
  );
}
