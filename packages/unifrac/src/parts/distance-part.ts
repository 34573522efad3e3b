// A part of a distance matrix: some rows of its upper triangle, with what is needed to join it to the others. Knows no file.
import { unifracError } from '../errors.js';

/** Rows of the upper triangle of a matrix, with what they were computed from. */
export interface DistancePart {
  /** Names of all N samples of the matrix. */
  readonly ids: readonly string[];
  /** First row of the part. */
  readonly firstRow: number;
  /** Row behind the last of the part. */
  readonly endRow: number;
  /** Digest of table and tree; parts of one matrix have the same. */
  readonly fingerprint: string;
  /** The metric with its options, in one line; parts of one matrix have the same. */
  readonly description: string;
  /** Distances of each row to all later samples, row after row. */
  readonly distances: Float64Array<ArrayBuffer>;
}

/** Rows of the upper triangle that make a part. */
export interface PartRows {
  /** First row, from 0. */
  readonly firstRow: number;
  /** Row behind the last. */
  readonly endRow: number;
}

/** How many distances the rows from `first` to before `end` of a triangle of N samples hold. */
export function pairsInRows(sampleCount: number, first: number, end: number): number {
  const upTo = (row: number): number => row * sampleCount - (row * (row + 1)) / 2;
  return upTo(end) - upTo(first);
}

/**
 * The rows of part `part` (from 1) of `partCount` parts with about as many pairs each; together they are all rows of N
 * samples. Parts may be empty where there are more of them than rows.
 *
 * @throws SeqError `OPTION_INVALID` if there is no such part.
 */
export function rowsOfPart(sampleCount: number, part: number, partCount: number): PartRows {
  if (
    !(Number.isSafeInteger(partCount) && partCount >= 1 && Number.isSafeInteger(part) && part >= 1 && part <= partCount)
  ) {
    throw unifracError('OPTION_INVALID', `rowsOfPart: there is no part ${part} of ${partCount}; parts count from 1.`);
  }
  return { firstRow: rowAfter(sampleCount, (part - 1) / partCount), endRow: rowAfter(sampleCount, part / partCount) };
}

/** The first row before which at least a fraction of all pairs lies; N for all of them. */
function rowAfter(sampleCount: number, fraction: number): number {
  if (fraction >= 1) return sampleCount;
  const wanted = pairsInRows(sampleCount, 0, sampleCount) * fraction;
  let [low, high] = [0, sampleCount];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (pairsInRows(sampleCount, 0, middle) >= wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
