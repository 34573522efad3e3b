// One update: forward and backward over its batches, clipping, optimiser. It knows no epochs and no files.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CommunityBatch } from '@seq/data';
import {
  backward,
  clipGlobalNorm,
  type Optimiser,
  type ProductPrecision,
  scaleShift,
  type Tensor,
  tidy,
} from '@seq/tensor';
import { batchToDevice } from '../batch-to-device.js';
import { trainError } from '../errors.js';
import { totalLoss } from '../losses/total-loss.js';
import { unsharedAsvs } from '../unshared-asvs.js';
import type { AsvEmbeddings } from './asv-embeddings.js';
import { addLosses, type LossSums, type LossValues } from './loss-sums.js';
import type { TrainingObjective } from './objective.js';

/** What {@link takeStep} needs besides its batches. */
export interface TakeStepOptions {
  /** The model and what it should become good at. */
  readonly objective: TrainingObjective;
  /** Updates its parameters. */
  readonly optimiser: Optimiser;
  /** Embeddings of ASVs, if they never change. */
  readonly fixedAsvs: AsvEmbeddings | undefined;
  /** Seed of the run. */
  readonly seed: number;
  /** Number of this update, the first one being 1. */
  readonly update: number;
  /** Learning rate of this update. */
  readonly learningRate: number;
  /** Norm to which longer gradients are shortened; `null` for none. */
  readonly maximumGradientNorm: number | null;
  /** Factors of the matrix products of encoders. */
  readonly precision: ProductPrecision;
  /** Whether each distinct ASV of a batch is read once. */
  readonly shareAsvs: boolean;
}

/**
 * Makes one update from the mean loss over the samples of all its batches. Lets other work in between batches.
 *
 * @param batches - those that are left at the end of an epoch may be fewer; each weighs by its samples.
 * @param sums - losses of the epoch so far.
 * @returns losses of the epoch with these batches.
 * @throws SeqError `LOSS_NOT_FINITE` if a loss is NaN or infinite; the parameters are then as before.
 */
export async function takeStep(
  batches: readonly CommunityBatch[],
  sums: LossSums,
  options: TakeStepOptions,
): Promise<LossSums> {
  const { objective, optimiser, learningRate, maximumGradientNorm, shareAsvs } = options;
  const sampleCount = batches.reduce((sum, batch) => sum + batch.sampleIds.length, 0);
  let total = sums;
  objective.store.clearGradients();
  for (const given of batches) {
    const batch = shareAsvs ? given : unsharedAsvs(given);
    await Promise.all([objective.prepare?.(batch), options.fixedAsvs?.fill(batchToDevice(batch))]);
    const losses = tidy(() => learnFrom(batch, batch.sampleIds.length / sampleCount, options));
    total = addLosses(total, losses, batch.sampleIds.length);
    await nextTurn();
  }
  if (maximumGradientNorm !== null) clipGlobalNorm(objective.store, maximumGradientNorm);
  optimiser.step({ learningRate });
  return total;
}

/** Adds the gradient of one batch, times its share of the step, to the store. */
function learnFrom(batch: CommunityBatch, share: number, options: TakeStepOptions): LossValues {
  const { objective, fixedAsvs, seed, update, precision } = options;
  const terms = objective.losses(batch, {
    training: true,
    random: { seed, step: update },
    precision,
    ...(fixedAsvs === undefined ? {} : { asvEmbeddings: fixedAsvs.of(batchToDevice(batch)) }),
  });
  const total = objective.total?.(terms) ?? totalLoss(terms, objective.penalties);
  const values = { ...valuesOf(terms), total: total.item() };
  refuseNonFinite(values, options);
  if (total.needsGradient) backward(scaleShift(total, share, 0));
  return values;
}

function valuesOf(terms: Readonly<Record<string, Tensor>>): Record<string, number> {
  return Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.item()]));
}

function refuseNonFinite(values: LossValues, { update, learningRate }: TakeStepOptions): void {
  if (Object.values(values).every(Number.isFinite)) return;
  const shown = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  throw trainError(
    'LOSS_NOT_FINITE',
    `Trainer: the loss of update ${update} is not finite (${shown.join(', ')}; learning rate ${learningRate}). ` +
      'Lower the learning rate, set maximumGradientNorm, or look for extreme targets.',
    { details: { update, learningRate, losses: shown } },
  );
}
