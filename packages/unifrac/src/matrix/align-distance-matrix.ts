// Brings a matrix into the order of wanted samples and says what did not fit. Knows no file.
import { firstFew } from '@seq/data/files';
import { unifracError } from '../errors.js';
import type { DistanceMatrix } from './distance-matrix.js';

/** How the samples of a matrix and the wanted ones differ. */
export interface SampleMatch {
  /** Wanted samples that the matrix does not have, in the wanted order. */
  readonly missingIds: readonly string[];
  /** Samples of the matrix that were not wanted, in its order. */
  readonly extraIds: readonly string[];
}

/** What {@link alignDistanceMatrix} gives. */
export interface AlignedDistanceMatrix {
  /** Distances of the wanted samples that the matrix has, in the wanted order. */
  readonly matrix: DistanceMatrix;
  /** What did not fit. */
  readonly match: SampleMatch;
}

/** Options of {@link alignDistanceMatrix}. */
export interface AlignDistanceMatrixOptions {
  /** Wanted samples that the matrix does not have: refuse, or go on without them. Default `'error'`. */
  readonly missingSamples?: 'error' | 'drop' | undefined;
}

/**
 * The part of a matrix that belongs to the wanted samples, in the wanted order, with a report of what did not fit. Samples
 * of the matrix that are not wanted are left out.
 *
 * @throws SeqError `SAMPLE_UNKNOWN` if no wanted sample is in the matrix, or with `missingSamples: 'error'` if any is not;
 *   counted, the first ten named.
 */
export function alignDistanceMatrix(
  matrix: DistanceMatrix,
  sampleIds: readonly string[],
  { missingSamples = 'error' }: AlignDistanceMatrixOptions = {},
): AlignedDistanceMatrix {
  const wanted = new Set(sampleIds);
  const missingIds = sampleIds.filter((id) => matrix.indexOf(id) === undefined);
  const extraIds = matrix.ids.filter((id) => !wanted.has(id));
  const noneFound = sampleIds.length > 0 && missingIds.length === sampleIds.length;
  if (missingIds.length > 0 && (missingSamples === 'error' || noneFound)) {
    const advice = noneFound
      ? `The matrix has ${matrix.size} others (first: ${firstFew(matrix.ids, 3)}).`
      : "Add them to the matrix, or go on without them with missingSamples: 'drop'.";
    throw unifracError(
      'SAMPLE_UNKNOWN',
      `alignDistanceMatrix: ${missingIds.length} of ${sampleIds.length} samples are not in the distance matrix ` +
        `(first: ${firstFew(missingIds, 10)}). ${advice}`,
      { details: { missingCount: missingIds.length, first: missingIds.slice(0, 10) } },
    );
  }
  const kept = missingIds.length === 0 ? sampleIds : sampleIds.filter((id) => matrix.indexOf(id) !== undefined);
  const isSame = kept.length === matrix.size && kept.every((id, row) => matrix.ids[row] === id);
  return { matrix: isSame ? matrix : matrix.select(kept), match: { missingIds, extraIds } };
}
