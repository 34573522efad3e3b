// What contradicts each other in a run: its samples, its options and its model. It trains nothing.
import type { SampleDataset } from '@seq/data';
import { trainError } from '../errors.js';
import type { TrainingObjective } from './objective.js';
import type { ResolvedTrainingOptions } from './training-options.js';

/** Embeddings of ASVs are kept by feature index, so all samples must be over the same features. */
export function requireSameFeatures(training: SampleDataset, validation: SampleDataset | undefined): void {
  if (validation === undefined) return;
  const [own, other] = [training.featureIds, validation.featureIds];
  if (own === other || (own.length === other.length && own.every((id, i) => id === other[i]))) return;
  throw trainError(
    'TRAINING_DATA',
    `Trainer: training samples are over ${own.length} features, validation samples over ${other.length} or others; ` +
      'make both datasets from one table.',
  );
}

/** Stacks with norms behind their parts run as single operations, which do not round factors. */
export function refuseRounding(
  { encoder }: Pick<TrainingObjective, 'encoder'>,
  { precision }: Pick<ResolvedTrainingOptions, 'precision'>,
): void {
  if (precision === 'f32' || encoder.config.normPlacement === 'pre') return;
  throw trainError(
    'TRAINING_OPTIONS',
    `Trainer: precision is ${precision}, and the model has its norms behind (normPlacement post), which computes in f32 only; ` +
      'take one of both back.',
  );
}

/** A frozen level draws nothing, and its embeddings are kept by ASV. */
export function refuseUnshared(
  { hasFixedAsvs }: Pick<TrainingObjective, 'hasFixedAsvs'>,
  { shareAsvs }: Pick<ResolvedTrainingOptions, 'shareAsvs'>,
): void {
  if (shareAsvs || !hasFixedAsvs) return;
  throw trainError(
    'TRAINING_OPTIONS',
    'Trainer: shareAsvs is false, and the level that reads ASVs is frozen, so that each is read once; take one of both back.',
  );
}
