// Distances of a batch that were computed beforehand, whatever the metric.
import type { DistanceMatrix } from '@seq/unifrac';
import { trainError } from '../errors.js';
import type { BatchDistances } from '../trainer/pretraining-objective.js';
import { boundedByHalf, requireHalf } from './bounded-targets.js';

/** Options of {@link matrixTargets}. */
export interface MatrixTargetsOptions {
  /**
   * Distance that becomes 0.5. Distances of a metric without a largest value (Aitchison, unnormalised UniFrac) must come
   * into [0, 1): each d becomes d / (d + half). Default: they are taken as they are.
   */
  readonly half?: number | undefined;
}

/**
 * Distances between the samples of a batch out of a matrix: Bray-Curtis, Jaccard, Aitchison, UniFrac, or any other that
 * `@seq/unifrac` computes or reads.
 *
 * @param matrix - holds every sample that batches will have.
 * @param sampleIds - the samples that batches will have.
 * @throws SeqError `TRAINING_DATA` for samples that the matrix has not, or for distances above 1 without `half`.
 */
export function matrixTargets(
  matrix: DistanceMatrix,
  sampleIds: readonly string[],
  { half }: MatrixTargetsOptions = {},
): BatchDistances<Float64Array> {
  const missing = sampleIds.filter((id) => matrix.indexOf(id) === undefined);
  if (missing.length > 0) {
    throw trainError(
      'TRAINING_DATA',
      `matrixTargets: ${missing.length} of ${sampleIds.length} samples are not in the distance matrix ` +
        `(first: ${missing.slice(0, 3).join(', ')}); leave them out, or compute the matrix with them.`,
      { details: { sampleIds: missing.slice(0, 20) } },
    );
  }
  if (half !== undefined) requireHalf('matrixTargets', half);
  const largest = matrix.condensed.reduce((most, distance) => Math.max(most, distance), 0);
  if (half === undefined && largest > 1) {
    const remedy = 'give half, the distance that should become 0.5, such as the median';
    throw trainError('TRAINING_DATA', `matrixTargets: distances up to ${largest} are above 1; ${remedy}.`);
  }
  return (batch) => {
    const { condensed } = matrix.select(batch.sampleIds);
    return half === undefined ? condensed : boundedByHalf(condensed, half);
  };
}
