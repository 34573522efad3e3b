// Reads a distance matrix from a file.
import { readUnpacked } from '../files/read-file.js';
import { type AlignDistanceMatrixOptions, alignDistanceMatrix, type SampleMatch } from './align-distance-matrix.js';
import type { DistanceMatrix } from './distance-matrix.js';
import { type MatrixFormat, matrixFormatOf } from './matrix-format.js';
import { parseDelimitedMatrix } from './parse-delimited-matrix.js';

/** Options of {@link readDistanceMatrix}. */
export interface ReadDistanceMatrixOptions extends AlignDistanceMatrixOptions {
  /** Format of the file. Default: by its ending, `.gz` looked through. */
  readonly format?: MatrixFormat | undefined;
  /** Samples that the matrix shall have, in this order; others are left out. Default: all, in the order of the file. */
  readonly sampleIds?: readonly string[] | undefined;
  /** Told how the samples of the file and `sampleIds` differ, if they do. Default: nobody. */
  readonly onMismatch?: ((match: SampleMatch) => void) | undefined;
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The distance matrix of a file: TSV (as `ssu` and QIIME 2 write it) or CSV, a full square with ids, plain or
 * gzip-compressed.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_FORMAT_UNKNOWN`, `FILE_MALFORMED`, `MATRIX_INVALID` if it is
 *   not symmetric within 1e-6 or its diagonal not zero, `SAMPLE_UNKNOWN` if wanted samples are not in it.
 */
export async function readDistanceMatrix(
  path: string,
  options: ReadDistanceMatrixOptions = {},
): Promise<DistanceMatrix> {
  const format = options.format ?? matrixFormatOf(path);
  const bytes = await readUnpacked(path, options.signal);
  const whole = parseDelimitedMatrix(path, bytes, format === 'csv' ? ',' : '\t');
  if (options.sampleIds === undefined) return whole;
  const { matrix, match } = alignDistanceMatrix(whole, options.sampleIds, options);
  if (match.missingIds.length + match.extraIds.length > 0) options.onMismatch?.(match);
  return matrix;
}
