// The learning rates of the PyTorch reference with its accidents, for comparing runs with it; training uses others.
import type { SeqError } from '@seq/tensor';
import { trainError } from '../../errors.js';
import { cosineDecay } from '../cosine-decay.js';
import type { CosineRateOptions } from '../cosine-rate.js';
import { type CosineRestartsRateOptions, cosineRestartsRate } from '../cosine-restarts-rate.js';
import { type OneCycleRateOptions, oneCycleRate } from '../one-cycle-rate.js';
import type { WarmupCosineRateOptions } from '../warmup-cosine-rate.js';

/** The reference steps some schedules once more at the end of every epoch. */
export interface ReferenceEpochOptions {
  /** Updates of an epoch, after which one extra step is made. Default: no extra steps. */
  readonly updatesPerEpoch?: number;
}

/**
 * Rate of one update in the reference's `warmup_cosine`: the first update runs at the peak, each later one at the rate
 * computed after the update before it, and beyond T the cosine rises again.
 *
 * @param update - number of the update, the first one being 1.
 * @throws SeqError `SCHEDULE_UNDEFINED` from update W + 2 on where T = W: the reference divides by zero there.
 */
export function referenceWarmupCosineRate(update: number, options: WarmupCosineRateOptions): number {
  const { learningRate, warmupUpdates, totalUpdates } = options;
  const steps = update - 1;
  if (steps === 0) return learningRate;
  if (steps <= warmupUpdates) return (learningRate * steps) / warmupUpdates;
  if (totalUpdates === warmupUpdates) throw undefinedAt('warmup_cosine', update, 'its decay has no length');
  return learningRate * cosineDecay((steps - warmupUpdates) / (totalUpdates - warmupUpdates));
}

/**
 * Rate of one update in the reference's `cosine`: it climbs back after T, with period 2T.
 *
 * @param update - number of the update, the first one being 1.
 */
export function referenceCosineRate(update: number, options: CosineRateOptions & ReferenceEpochOptions): number {
  const { learningRate, totalUpdates, minimumRate = 0 } = options;
  const progress = (stepsBefore(update, options) % (2 * totalUpdates)) / totalUpdates;
  return minimumRate + (learningRate - minimumRate) * cosineDecay(progress);
}

/**
 * Rate of one update in the reference's `cosine_restarts`, with its extra step at the end of every epoch.
 *
 * @param update - number of the update, the first one being 1.
 * @throws SeqError `SCHEDULE_UNDEFINED` if the first cycle has no update: the reference refuses T below 4.
 */
export function referenceCosineRestartsRate(
  update: number,
  options: CosineRestartsRateOptions & ReferenceEpochOptions,
): number {
  if (options.firstCycleUpdates < 1) throw undefinedAt('cosine_restarts', update, 'the first cycle has no update');
  return cosineRestartsRate(stepsBefore(update, options) + 1, options);
}

/**
 * Rate of one update in the reference's `onecycle`, which fails once a run makes more updates than planned.
 *
 * @param update - number of the update, the first one being 1.
 * @throws SeqError `SCHEDULE_UNDEFINED` from update T + 2 on.
 */
export function referenceOneCycleRate(update: number, options: OneCycleRateOptions): number {
  return oneCycleRate(referenceOneCycleUpdate(update, options.totalUpdates), options);
}

/**
 * The update of our one-cycle schedule that has the values of the reference's update: the same one up to T, while update
 * T + 1 swings back to T - 1.
 *
 * @throws SeqError `SCHEDULE_UNDEFINED` from update T + 2 on.
 */
export function referenceOneCycleUpdate(update: number, totalUpdates: number): number {
  if (update > totalUpdates + 1) throw undefinedAt('onecycle', update, `it ends after ${totalUpdates} updates`);
  return update > totalUpdates ? 2 * totalUpdates - update : update;
}

function stepsBefore(update: number, { updatesPerEpoch }: ReferenceEpochOptions): number {
  const steps = update - 1;
  return updatesPerEpoch === undefined ? steps : steps + Math.floor(steps / updatesPerEpoch);
}

function undefinedAt(schedule: string, update: number, reason: string): SeqError {
  return trainError(
    'SCHEDULE_UNDEFINED',
    `${schedule} of the reference: it has no rate for update ${update}, because ${reason}. Use the schedule of @seq/train.`,
    { details: { schedule, update } },
  );
}
