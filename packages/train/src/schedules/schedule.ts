// The schedule of a run as plain data, and the one function that gives the rate of any of its updates.
import { constantRate } from './constant-rate.js';
import { cosineRate } from './cosine-rate.js';
import { cosineRestartsRate } from './cosine-restarts-rate.js';
import { oneCycleRate } from './one-cycle-rate.js';
import type { PlateauState, StepPlateauOptions } from './step-plateau.js';
import { warmupCosineRate } from './warmup-cosine-rate.js';

/** A rate that does not change; see {@link constantRate}. */
export interface ConstantSchedule {
  /** The rate stays. */
  readonly kind: 'constant';
}

/** Linear rise, then half a cosine to 0; see {@link warmupCosineRate}. */
export interface WarmupCosineSchedule {
  /** Warm-up and cosine. */
  readonly kind: 'warmup_cosine';
  /** Updates of the linear rise. Default: a tenth of all updates. */
  readonly warmupUpdates?: number | undefined;
}

/** Half a cosine; see {@link cosineRate}. */
export interface CosineSchedule {
  /** Cosine over the whole run. */
  readonly kind: 'cosine';
  /** Rate at the end. Default 0. */
  readonly minimumRate?: number | undefined;
}

/** Cosine cycles; see {@link cosineRestartsRate}. */
export interface CosineRestartsSchedule {
  /** Cosine with restarts. */
  readonly kind: 'cosine_restarts';
  /** Updates of the first cycle. Default: a quarter of all updates, at least 1. */
  readonly firstCycleUpdates?: number | undefined;
  /** Length of a cycle over the one before it, an integer. Default 2. */
  readonly cycleFactor?: number | undefined;
  /** Rate that a cycle approaches. Default 0. */
  readonly minimumRate?: number | undefined;
}

/** A rate that falls when the validation loss does not; see {@link stepPlateau}. */
export interface PlateauSchedule extends StepPlateauOptions {
  /** Reduction on a plateau. */
  readonly kind: 'plateau';
}

/** One rise and one fall; see {@link oneCycleRate}. */
export interface OneCycleSchedule {
  /** One cycle over the whole run. */
  readonly kind: 'onecycle';
}

/** How the learning rate changes over a run; `kind` bears the reference's name. */
export type Schedule =
  | ConstantSchedule
  | WarmupCosineSchedule
  | CosineSchedule
  | CosineRestartsSchedule
  | PlateauSchedule
  | OneCycleSchedule;

/** Options of {@link rateOfUpdate}. */
export interface RateOfUpdateOptions {
  /** Peak rate of the run. */
  readonly learningRate: number;
  /** Updates of the whole run as planned; a run that makes more keeps the last rate. */
  readonly totalUpdates: number;
  /** Where the plateau schedule stands; other schedules ignore it. */
  readonly plateau?: PlateauState | undefined;
}

/**
 * Learning rate of one update of a run.
 *
 * @param schedule - how the rate changes.
 * @param update - number of the update, the first one being 1.
 */
export function rateOfUpdate(schedule: Schedule, update: number, options: RateOfUpdateOptions): number {
  const { learningRate, totalUpdates, plateau } = options;
  switch (schedule.kind) {
    case 'constant':
      return constantRate(learningRate);
    case 'warmup_cosine': {
      const { warmupUpdates = Math.ceil(totalUpdates / 10) } = schedule;
      return warmupCosineRate(update, { learningRate, totalUpdates, warmupUpdates });
    }
    case 'cosine':
      return cosineRate(update, { learningRate, totalUpdates, minimumRate: schedule.minimumRate ?? 0 });
    case 'cosine_restarts': {
      const { firstCycleUpdates = Math.max(1, Math.floor(totalUpdates / 4)), cycleFactor = 2 } = schedule;
      const { minimumRate = 0 } = schedule;
      return cosineRestartsRate(update, { learningRate, firstCycleUpdates, cycleFactor, minimumRate });
    }
    case 'plateau':
      return plateau?.learningRate ?? learningRate;
    case 'onecycle':
      return oneCycleRate(update, { learningRate, totalUpdates });
  }
}
