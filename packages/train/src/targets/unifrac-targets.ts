// UniFrac distances of a batch, computed from the tree when the batch is made: nothing has to be prepared beforehand.
import type { Unifrac, UnifracMetricOptions } from '@seq/unifrac';
import { trainError } from '../errors.js';
import type { BatchDistances } from '../trainer/pretraining-objective.js';

/** Options of {@link unifracTargets}. */
export interface UnifracTargetsOptions extends UnifracMetricOptions {
  /** The features that batches name by index, usually `dataset.table.featureIds`. */
  readonly featureIds: readonly string[];
}

/**
 * Distances between the samples of a batch as targets of training, from what the samples hold after rarefaction. Those of
 * unnormalised metrics become targets by {@link boundedTargets}.
 *
 * @param unifrac - prepared for the same features.
 * @throws SeqError `TRAINING_DATA` if it was prepared for other features.
 */
export function unifracTargets(
  unifrac: Unifrac,
  { featureIds, ...metric }: UnifracTargetsOptions,
): BatchDistances<Float64Array> {
  const own = unifrac.featureIds;
  const different = own.length === featureIds.length ? featureIds.findIndex((id, i) => id !== own[i]) : 0;
  if (different >= 0) {
    throw trainError(
      'TRAINING_DATA',
      `unifracTargets: the tree was prepared for ${own.length} features, the batches have ${featureIds.length} ` +
        `(first difference: "${own[different]}" and "${featureIds[different]}"); prepare it for those of the batches.`,
    );
  }
  return ({ presentOffsets, presentFeatures, presentCounts }) =>
    unifrac.distances({ offsets: presentOffsets, features: presentFeatures, counts: presentCounts }, metric);
}
