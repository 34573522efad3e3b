// Reads a distance matrix from a file.
import { mostFileBytes, openArtifact, quotedPath, readUnpacked, wrongArtifact } from '@seq/data/files';
import { rowIds } from '../arrays/row-ids.js';
import { type ArrayFormat, isArrayFormat, openArray } from '../arrays/stored-array.js';
import { unifracError } from '../errors.js';
import { SeqError } from '../native.js';
import { type AlignDistanceMatrixOptions, alignDistanceMatrix, type SampleMatch } from './align-distance-matrix.js';
import { DistanceMatrix } from './distance-matrix.js';
import { rowsPerBlock } from './distance-rows.js';
import { type MatrixFormat, matrixFormatOf } from './matrix-format.js';
import { parseDelimitedMatrix } from './parse-delimited-matrix.js';
import { SquareToCondensed } from './square-to-condensed.js';
import type { RowProgress } from './write-distance-matrix.js';

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
  /** Which of several results of an HDF5 file (SUJK), from 0. Default: the only one. */
  readonly resultIndex?: number | undefined;
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how many rows of the file are read. Default: nobody. */
  readonly onProgress?: ((progress: RowProgress) => void) | undefined;
  /** Milliseconds that one step of reading HDF5 or Arrow may take before the file counts as damaged. Default 60 000. */
  readonly stallTimeoutMs?: number | undefined;
}

/**
 * The distance matrix of a file: a full square with ids as TSV (as `ssu` and QIIME 2 write it), CSV, HDF5 (as `ssu` writes
 * it: `matrix` with `order`, one or several), Arrow or a QIIME 2 artifact (`.qza`); or without ids as `.npy`, `.npz` or HDF5 (under
 * `distances`, else the only array). TSV, CSV and `.npy` may be gzip-compressed. An `.npz` may hold `ids`.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_FORMAT_UNKNOWN`, `FILE_MALFORMED`, `MATRIX_INVALID` if it is
 *   not symmetric within 1e-6, its diagonal not zero, or rows without ids do not fit `sampleIds`; `SAMPLE_UNKNOWN` if wanted
 *   samples are not in it; `OPTION_INVALID` if a file without ids is read without `sampleIds`, or one of several results
 *   without `resultIndex`.
 * @remarks Memory: the triangle as doubles and one block of rows; for text, `.npz` and `.qza` the whole file besides.
 */
export async function readDistanceMatrix(
  path: string,
  options: ReadDistanceMatrixOptions = {},
): Promise<DistanceMatrix> {
  const format = options.format ?? matrixFormatOf(path);
  const whole = await readWhole(path, format, options);
  if (options.sampleIds === undefined) return whole;
  const { matrix, match } = alignDistanceMatrix(whole, options.sampleIds, options);
  if (match.missingIds.length + match.extraIds.length > 0) options.onMismatch?.(match);
  return matrix;
}

async function readWhole(
  path: string,
  format: MatrixFormat,
  options: ReadDistanceMatrixOptions,
): Promise<DistanceMatrix> {
  if (isArrayFormat(format)) return readSquareArray(path, format, options);
  const bytes = await readUnpacked(path, { signal: options.signal, mostBytes: mostFileBytes });
  return format === 'qza'
    ? parseDelimitedMatrix(path, await matrixInArtifact(path, bytes), '\t', options)
    : parseDelimitedMatrix(path, bytes, format === 'csv' ? ',' : '\t', options);
}

async function matrixInArtifact(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const artifact = await openArtifact(path, bytes);
  if (artifact.type !== 'DistanceMatrix') throw wrongArtifact(path, 'a DistanceMatrix', artifact.type);
  return artifact.data('distance-matrix.tsv');
}

async function readSquareArray(
  path: string,
  format: ArrayFormat,
  { sampleIds, resultIndex, signal, onProgress, stallTimeoutMs }: ReadDistanceMatrixOptions,
): Promise<DistanceMatrix> {
  await using array = await openArray(path, format, { resultIndex, signal, stallTimeoutMs });
  const { shape } = array;
  if (shape.length !== 2 || shape[0] !== shape[1]) {
    throw unifracError(
      'MATRIX_INVALID',
      `${quotedPath(path)} holds an array of ${shape.join(' x ') || 'one number'}, not a square matrix.`,
      { details: { path, shape } },
    );
  }
  const ids = rowIds(path, array, sampleIds);
  const rows = new SquareToCondensed(ids, 1e-6);
  const step = rowsPerBlock(ids.length, 8);
  try {
    for (let start = 0; start < ids.length; start += step) {
      signal?.throwIfAborted();
      const end = Math.min(ids.length, start + step);
      rows.add(await array.rows(start, end));
      onProgress?.({ rowsDone: end, rowsTotal: ids.length });
    }
    return new DistanceMatrix(ids, rows.condensed);
  } catch (cause) {
    if (!(cause instanceof SeqError) || cause.code !== 'MATRIX_INVALID') throw cause;
    throw unifracError('MATRIX_INVALID', `${quotedPath(path)}: ${cause.message}`, { details: { path }, cause });
  }
}
