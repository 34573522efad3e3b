// What a checkpoint holds, as plain data. It knows no file format and no model in memory.
import type { CategoricalEncoderJson } from '@seq/categorical';
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
  /** Metadata columns whose values are the categories of the transform `zscore-category`; absent for others. */
  readonly normalizeBy?: readonly string[];
  /** How the read count of an ASV becomes the target of the count head. */
  readonly countNormalization: CountNormalization;
  /** Quantiles that the model predicts; `null` for a single value per output. */
  readonly quantiles: readonly number[] | null;
  /** Names of the classes, in the order of the model's outputs; absent for a number. */
  readonly classes?: readonly string[];
  /** Targets that the model predicts besides, by the names of its outputs; absent if there are none. */
  readonly more?: Readonly<Record<string, FurtherTargetSettings>>;
}

/** A target besides the main one; its fields are those of {@link TargetSettings}. */
export type FurtherTargetSettings = Omit<TargetSettings, 'countNormalization' | 'more'>;

/** The software that wrote a checkpoint. */
export interface Software {
  /** Name of the package. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
}

/** What descriptions of encoders and predictors share. */
export interface SharedDescription {
  /** Steps, losses and seeds of the run that wrote it; `null` if no run did. */
  readonly training: TrainingRecord | null;
  /** How samples become batches. */
  readonly data: DataSettings;
  /** Columns and values of the categories, as their encoder saves them; `null` if the model has none. */
  readonly categories: CategoricalEncoderJson | null;
  /** What wrote it. */
  readonly software: Software;
}

/** Everything about the checkpoint of an encoder but its arrays. */
export interface EncoderDescription extends SharedDescription {
  /** It holds an encoder. */
  readonly kind: 'encoder';
  /** Configuration of the model. */
  readonly model: EncoderConfig;
  /** An encoder predicts no column. */
  readonly target: null;
}

/** Everything about the checkpoint of a predictor but its arrays. */
export interface PredictorDescription extends SharedDescription {
  /** It holds a predictor. */
  readonly kind: 'predictor';
  /** Configuration of the model. */
  readonly model: PredictorConfig;
  /** What it predicts. */
  readonly target: TargetSettings;
}

/** Everything about a checkpoint but its arrays. */
export type CheckpointDescription = EncoderDescription | PredictorDescription;

/** What a checkpoint is of. */
export type CheckpointKind = CheckpointDescription['kind'];

/** The arrays of a checkpoint. */
export interface CheckpointArrays {
  /** Parameters by their state-dict names. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** What the optimiser remembers; empty if no run wrote it. */
  readonly optimiser: OptimiserState;
}

/** A checkpoint in memory. */
export type Checkpoint = CheckpointDescription & CheckpointArrays;
