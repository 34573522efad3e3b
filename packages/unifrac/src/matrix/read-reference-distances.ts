// Reads distances of all samples to a few references from a file.
import { quotedPath } from '@seq/data/files';
import { readArray, requireRowPerSample } from '../arrays/read-array.js';
import { unifracError } from '../errors.js';
import { matrixFormatOf } from './matrix-format.js';

/** Distances of N samples to R references. */
export interface ReferenceDistances {
  /** Names of the N samples. */
  readonly sampleIds: readonly string[];
  /** R. */
  readonly referenceCount: number;
  /** Shape [N, R], row by row. */
  readonly distances: Float64Array;
}

/** Options of {@link readReferenceDistances}. */
export interface ReadReferenceDistancesOptions {
  /** Format of the file. Default: by its ending. */
  readonly format?: 'npy' | 'npz' | undefined;
  /** The ids of the rows of the file, in their order. */
  readonly sampleIds: readonly string[];
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A rectangular block of distances, samples by references, from `.npy` or `.npz` (under `distances`, `stripe_distances`, else
 * the only array).
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_FORMAT_UNKNOWN`, `FILE_MALFORMED`, `MATRIX_INVALID` if it is
 *   not two-dimensional or its rows do not fit `sampleIds`.
 */
export async function readReferenceDistances(
  path: string,
  options: ReadReferenceDistancesOptions,
): Promise<ReferenceDistances> {
  const format = options.format ?? matrixFormatOf(path);
  if (format !== 'npy' && format !== 'npz') {
    const message = `${quotedPath(path)}: blocks of distances to references are read from .npy and .npz.`;
    throw unifracError('FILE_FORMAT_UNKNOWN', message, { details: { path } });
  }
  const array = await readArray(path, format, options.signal);
  const { shape, values } = array;
  if (shape.length !== 2) {
    const message = `${quotedPath(path)} holds an array of ${shape.join(' x ') || 'one number'}, not samples by references.`;
    throw unifracError('MATRIX_INVALID', message, { details: { path, shape } });
  }
  const sampleIds = requireRowPerSample(path, array, options.sampleIds);
  return { sampleIds, referenceCount: shape[1]!, distances: values };
}
