// What a finished run gives.
import type { EpochRecord, TrainingState } from './training-state.js';

/** Checkpoints of a run. */
export interface CheckpointPaths {
  /** After the best epoch. */
  readonly best: string;
  /** After the last step. */
  readonly last: string;
}

/** What {@link Trainer.run} gives. */
export interface TrainingResult {
  /** One record per epoch. */
  readonly history: readonly EpochRecord[];
  /** The best epoch, the first one being 1, and the value of `bestMetric` after it. */
  readonly best: { readonly epoch: number; readonly value: number };
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
