// What a checkpoint holds, as plain data. It knows no file format and no model in memory.
import type { CommunityDatasetSettings, CountNormalization, TargetTransform } from '@seq/data';
import type { EncoderConfig, PredictorConfig, StoredTensor } from '@seq/model';
import type { OptimiserState } from '@seq/tensor';
import type { TrainingRecord } from '../trainer/training-state.js';

/** How samples become batches, as {@link CommunityDatasetSettings}; everything that a prediction must repeat. */
export interface DataSettings extends Omit<CommunityDatasetSettings, 'rarefactionDepth'> {
  /** Reads drawn from every sample; `null` if all reads are kept. */
  readonly rarefactionDepth: number | null;
}

/** The predicted column, and the way back from what the model says to its unit. */
export interface TargetSettings {
  /** Name of the metadata column. */
  readonly column: string;
  /** Fitted transform: kind and statistics. */
  readonly transform: TargetTransform;
  /** How the read count of an ASV becomes the target of the count head. */
  readonly countNormalization: CountNormalization;
  /** Quantiles that the model predicts; `null` for a single value per output. */
  readonly quantiles: readonly number[] | null;
}

/** Everything about a checkpoint but its arrays. */
export type CheckpointDescription = {
  /** Steps, losses and seeds of the run that wrote it; `null` if no run did. */
  readonly training: TrainingRecord | null;
  /** How samples become batches. */
  readonly data: DataSettings;
  /** Values of every categorical column by index; `null` if the model has none. */
  readonly categories: Readonly<Record<string, readonly string[]>> | null;
  /** What wrote it. */
  readonly software: { readonly name: string; readonly version: string };
} & (
  | { readonly kind: 'encoder'; readonly model: EncoderConfig; readonly target: null }
  | { readonly kind: 'predictor'; readonly model: PredictorConfig; readonly target: TargetSettings }
);

/** What a checkpoint is of. */
export type CheckpointKind = CheckpointDescription['kind'];

/** A checkpoint in memory. */
export type Checkpoint = CheckpointDescription & {
  /** Parameters by their state-dict names. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** What the optimiser remembers; empty if no run wrote it. */
  readonly optimiser: OptimiserState;
};
