// The options of a run: defaults, checks, and the part that decides what its steps compute.
import type { ProductPrecision } from '@seq/tensor';
import { trainError } from '../errors.js';
import type { Schedule } from '../schedules/schedule.js';
import type { BestMetric } from './early-stopping.js';
import type { OptimiserSettings } from './make-optimiser.js';

/** Options of a run that are plain data. */
export interface TrainingOptions {
  /** Passes over the training samples at most. Default 100. */
  readonly epochs?: number | undefined;
  /** Peak learning rate. Default 1e-4. */
  readonly learningRate?: number | undefined;
  /**
   * Peak learning rate of parameters that have to do with categories, see `isCategoricalParameter`; it changes as the other does.
   * Default: `learningRate`.
   */
  readonly categoricalLearningRate?: number | undefined;
  /** How it changes. Default `warmup_cosine` over the run's real number of updates. */
  readonly schedule?: Schedule | undefined;
  /** Rule that updates the parameters. Default AdamW. */
  readonly optimiser?: OptimiserSettings | undefined;
  /** Samples of a batch; the last one of an epoch may be smaller. Default 8. */
  readonly samplesPerBatch?: number | undefined;
  /** Batches whose gradients make one update, each weighted by its samples. Default 1. */
  readonly batchesPerStep?: number | undefined;
  /** Longer gradients are shortened to this norm. Default: they are not. */
  readonly maximumGradientNorm?: number | undefined;
  /** What decides which epoch is the best. Default `loss`. */
  readonly bestMetric?: BestMetric | undefined;
  /** Epochs without improvement after which the run ends. Default: it goes on. */
  readonly patience?: number | undefined;
  /** Seed of the order of samples, dropout and hidden bases, an integer from 0 to 2^53 - 1. Default 0. */
  readonly seed?: number | undefined;
  /**
   * Factors of the matrix products of encoders in training steps. Weights, gradients and sums keep 32 bits, and so do
   * validation and the embeddings of frozen ASVs. Default `f32`.
   */
  readonly precision?: ProductPrecision | undefined;
  /**
   * Whether training steps read each distinct ASV of a batch once, with one draw of dropout and hidden bases. `false`: once for
   * every sample that has it, as in the reference, which takes as many times longer. Default true.
   */
  readonly shareAsvs?: boolean | undefined;
}

/** Options with defaults filled in. */
export interface ResolvedTrainingOptions {
  readonly epochs: number;
  readonly learningRate: number;
  readonly categoricalLearningRate: number | null;
  readonly schedule: Schedule;
  readonly optimiser: OptimiserSettings;
  readonly samplesPerBatch: number;
  readonly batchesPerStep: number;
  readonly maximumGradientNorm: number | null;
  readonly bestMetric: BestMetric;
  readonly patience: number | null;
  readonly seed: number;
  readonly precision: ProductPrecision;
  readonly shareAsvs: boolean;
}

/**
 * Fills in defaults.
 *
 * @throws SeqError `TRAINING_OPTIONS` naming the first option outside its range.
 */
export function resolveTrainingOptions(options: TrainingOptions): ResolvedTrainingOptions {
  const resolved: ResolvedTrainingOptions = {
    epochs: options.epochs ?? 100,
    learningRate: options.learningRate ?? 1e-4,
    categoricalLearningRate: options.categoricalLearningRate ?? null,
    schedule: options.schedule ?? { kind: 'warmup_cosine' },
    optimiser: options.optimiser ?? { kind: 'adamw' },
    samplesPerBatch: options.samplesPerBatch ?? 8,
    batchesPerStep: options.batchesPerStep ?? 1,
    maximumGradientNorm: options.maximumGradientNorm ?? null,
    bestMetric: options.bestMetric ?? 'loss',
    patience: options.patience ?? null,
    seed: options.seed ?? 0,
    precision: options.precision ?? 'f32',
    shareAsvs: options.shareAsvs ?? true,
  };
  const { maximumGradientNorm, patience, categoricalLearningRate } = resolved;
  check('epochs', resolved.epochs, isCount(resolved.epochs), 'an integer from 1');
  check('learningRate', resolved.learningRate, isPositive(resolved.learningRate), 'a number above 0');
  const hasRate = categoricalLearningRate === null || isPositive(categoricalLearningRate);
  check('categoricalLearningRate', categoricalLearningRate, hasRate, 'a number above 0');
  check('samplesPerBatch', resolved.samplesPerBatch, isCount(resolved.samplesPerBatch), 'an integer from 1');
  check('batchesPerStep', resolved.batchesPerStep, isCount(resolved.batchesPerStep), 'an integer from 1');
  check('patience', patience, patience === null || isCount(patience), 'an integer from 1');
  const hasNorm = maximumGradientNorm === null || isPositive(maximumGradientNorm);
  check('maximumGradientNorm', maximumGradientNorm, hasNorm, 'a number above 0');
  check(
    'seed',
    resolved.seed,
    Number.isSafeInteger(resolved.seed) && resolved.seed >= 0,
    'an integer from 0 to 2^53 - 1',
  );
  check('precision', resolved.precision, ['f32', 'bf16'].includes(resolved.precision), 'f32 or bf16');
  check('shareAsvs', resolved.shareAsvs, typeof resolved.shareAsvs === 'boolean', 'true or false');
  checkSchedule(resolved.schedule);
  return resolved;
}

function checkSchedule(schedule: Schedule): void {
  const counts = { warmupUpdates: 0, firstCycleUpdates: 1, cycleFactor: 1, patience: 0 };
  for (const [name, least] of Object.entries(counts)) {
    const value = (schedule as unknown as Record<string, unknown>)[name];
    const isRight = value === undefined || (Number.isInteger(value) && (value as number) >= least);
    check(`schedule.${name}`, value, isRight, `an integer from ${least}`);
  }
}

function check(name: string, found: unknown, isRight: boolean, range: string): void {
  if (isRight) return;
  throw trainError('TRAINING_OPTIONS', `Trainer: ${name} is ${String(found)}; give ${range}.`, {
    details: { option: name },
  });
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

function isPositive(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}
