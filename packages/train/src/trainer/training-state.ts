// Where a run stands, and what it has seen so far: plain data that survives JSON, so that a run can go on from it.
import type { PlateauState } from '../schedules/step-plateau.js';
import type { EarlyStoppingState } from './early-stopping.js';
import type { LossSums, LossValues } from './loss-sums.js';

/** Losses and metrics over a whole set of samples. */
export interface Scores {
  /** Mean losses. */
  readonly losses: LossValues;
  /** Metrics by name; errors of the target are in its unit. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What an epoch ended with. */
export interface EpochRecord {
  /** Number of the epoch, the first one being 1. */
  readonly epoch: number;
  /** Learning rate of its last update. */
  readonly learningRate: number;
  /** Mean training losses, taken while the weights changed. */
  readonly training: LossValues;
  /** Scores of the validation samples after it; `null` without such samples. */
  readonly validation: Scores | null;
}

/** Where a run stands between two steps. */
export interface TrainingState {
  /** Finished epochs. */
  readonly epoch: number;
  /** Finished steps of the epoch after those. */
  readonly step: number;
  /** Updates of the whole run so far. */
  readonly update: number;
  /** Losses of the unfinished epoch. */
  readonly sums: LossSums;
  /** Learning rate of the last update. */
  readonly learningRate: number;
  /** The best epoch so far. */
  readonly earlyStopping: EarlyStoppingState;
  /** Where the plateau schedule stands. */
  readonly plateau: PlateauState;
  /** One record per finished epoch. */
  readonly history: readonly EpochRecord[];
  /** Whether the run is over: all epochs done, or none better within the patience. */
  readonly isFinished: boolean;
}

/** What a checkpoint remembers of the run that wrote it. */
export interface TrainingRecord {
  /** The options that decide what a step computes. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Fingerprint of the names of training and validation samples. */
  readonly samples: string;
  /** Where it stood. */
  readonly state: TrainingState;
}
