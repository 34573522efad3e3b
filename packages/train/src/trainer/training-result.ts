// What a finished run gives.
import type { EpochRecord, TrainingState } from './training-state.js';

/** Checkpoints of a run. */
export interface CheckpointPaths {
  /** After the best epoch. */
  readonly best: string;
  /** After the last step. */
  readonly last: string;
}

/** The best epoch of a run. */
export interface BestEpoch {
  /** Its number, the first one being 1. */
  readonly epoch: number;
  /** Value of `bestMetric` after it. */
  readonly value: number;
}

/** What {@link Trainer.run} gives. */
export interface TrainingResult {
  /** One record per epoch. */
  readonly history: readonly EpochRecord[];
  /** The best epoch. */
  readonly best: BestEpoch;
  /** Whether all epochs were done, or none was better within the patience. */
  readonly endedBy: 'epochs' | 'patience';
  /** Paths of the checkpoints; `undefined` without a folder. */
  readonly checkpoints: CheckpointPaths | undefined;
}

/** The result of a run that ended in this state. */
export function trainingResult(
  { history, earlyStopping, epoch }: TrainingState,
  { epochs, checkpoints }: { readonly epochs: number; readonly checkpoints: CheckpointPaths | undefined },
): TrainingResult {
  const { bestEpoch, bestValue } = earlyStopping;
  return {
    history,
    best: { epoch: bestEpoch ?? epoch, value: bestValue ?? Number.NaN },
    endedBy: epoch < epochs ? 'patience' : 'epochs',
    checkpoints,
  };
}
