// Reads a distance matrix from a file.
import { mostFileBytes, openArtifact, quotedPath, readUnpacked, wrongArtifact } from '@seq/data/files';
import { readArray, requireRowPerSample } from '../arrays/read-array.js';
import { unifracError } from '../errors.js';
import { type AlignDistanceMatrixOptions, alignDistanceMatrix, type SampleMatch } from './align-distance-matrix.js';
import { DistanceMatrix } from './distance-matrix.js';
import { type MatrixFormat, matrixFormatOf } from './matrix-format.js';
import { parseDelimitedMatrix } from './parse-delimited-matrix.js';

/** Options of {@link readDistanceMatrix}. */
export interface ReadDistanceMatrixOptions extends AlignDistanceMatrixOptions {
  /** Format of the file. Default: by its ending, `.gz` looked through. */
  readonly format?: MatrixFormat | undefined;
  /**
   * Samples that the matrix shall have, in this order; others are left out. Where the file has no ids, the ids of its rows.
   * Default: all, in the order of the file.
   */
  readonly sampleIds?: readonly string[] | undefined;
  /** Told how the samples of the file and `sampleIds` differ, if they do. Default: nobody. */
  readonly onMismatch?: ((match: SampleMatch) => void) | undefined;
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The distance matrix of a file: a full square with ids as TSV (as `ssu` and QIIME 2 write it), CSV or a QIIME 2 artifact
 * (`.qza`), or without ids as `.npy` or `.npz` (under `distances`, else the only array). TSV and CSV may be gzip-compressed.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_FORMAT_UNKNOWN`, `FILE_MALFORMED`, `MATRIX_INVALID` if it is
 *   not symmetric within 1e-6, its diagonal not zero, or rows without ids do not fit `sampleIds`; `SAMPLE_UNKNOWN` if wanted
 *   samples are not in it; `OPTION_INVALID` if a format without ids is read without `sampleIds`.
 */
export async function readDistanceMatrix(
  path: string,
  options: ReadDistanceMatrixOptions = {},
): Promise<DistanceMatrix> {
  const format = options.format ?? matrixFormatOf(path);
  if (format === 'npy' || format === 'npz') return readSquareArray(path, format, options);
  const bytes = await readUnpacked(path, { signal: options.signal, mostBytes: mostFileBytes });
  const whole =
    format === 'qza'
      ? parseDelimitedMatrix(path, await matrixInArtifact(path, bytes), '\t')
      : parseDelimitedMatrix(path, bytes, format === 'csv' ? ',' : '\t');
  if (options.sampleIds === undefined) return whole;
  const { matrix, match } = alignDistanceMatrix(whole, options.sampleIds, options);
  if (match.missingIds.length + match.extraIds.length > 0) options.onMismatch?.(match);
  return matrix;
}

async function matrixInArtifact(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const artifact = await openArtifact(path, bytes);
  if (artifact.type !== 'DistanceMatrix') throw wrongArtifact(path, 'a DistanceMatrix', artifact.type);
  return artifact.data('distance-matrix.tsv');
}

async function readSquareArray(
  path: string,
  format: 'npy' | 'npz',
  { sampleIds, signal }: ReadDistanceMatrixOptions,
): Promise<DistanceMatrix> {
  const array = await readArray(path, format, signal);
  const { shape, values } = array;
  if (shape.length !== 2 || shape[0] !== shape[1]) {
    throw unifracError(
      'MATRIX_INVALID',
      `${quotedPath(path)} holds an array of ${shape.join(' x ') || 'one number'}, not a square matrix.`,
      { details: { path, shape } },
    );
  }
  const ids = requireRowPerSample(path, array, sampleIds);
  try {
    return DistanceMatrix.fromSquare(ids, values);
  } catch (cause) {
    const message = `${quotedPath(path)}: ${(cause as Error).message}`;
    throw unifracError('MATRIX_INVALID', message, { details: { path }, cause });
  }
}
