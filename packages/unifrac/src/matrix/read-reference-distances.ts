// Reads distances of all samples to a few references from a file.
import { mostFileBytes, quotedPath, readUnpacked } from '@seq/data/files';
import { rowIds, wantedRows } from '../arrays/row-ids.js';
import { isArrayFormat, openArray } from '../arrays/stored-array.js';
import { unifracError } from '../errors.js';
import type { Numbers } from './distance-rows.js';
import { matrixFormatOf } from './matrix-format.js';
import { parseDelimitedBlock } from './parse-delimited-matrix.js';
import type { BlockFormat } from './write-block.js';

/** Distances of N samples to R references. */
export interface ReferenceDistances {
  /** Names of the N samples. */
  readonly sampleIds: readonly string[];
  /** Names of the R references, where they are known. */
  readonly referenceIds?: readonly string[] | undefined;
  /** R. */
  readonly referenceCount: number;
  /** Shape [N, R], row by row. */
  readonly distances: Float64Array;
}

/** Options of {@link readReferenceDistances}. */
export interface ReadReferenceDistancesOptions {
  /** Format of the file. Default: by its ending. */
  readonly format?: BlockFormat | undefined;
  /** Samples to give, in this order; where the file has no ids, the ids of its rows. */
  readonly sampleIds: readonly string[];
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that one step of reading HDF5 or Arrow may take before the file counts as damaged. Default 60 000. */
  readonly stallTimeoutMs?: number | undefined;
}

/**
 * A rectangular block of distances, samples by references, from `.npy`, `.npz`, HDF5 (under `distances`,
 * `stripe_distances`, else the only array), Arrow, or TSV and CSV with the references as heading. Where the file has ids, its
 * rows are brought into the order of `sampleIds`.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_FORMAT_UNKNOWN`, `FILE_MALFORMED`, `MATRIX_INVALID` if it is
 *   not two-dimensional or its rows do not fit `sampleIds`; `SAMPLE_UNKNOWN` if wanted samples are not in it.
 */
export async function readReferenceDistances(
  path: string,
  options: ReadReferenceDistancesOptions,
): Promise<ReferenceDistances> {
  const format = options.format ?? matrixFormatOf(path);
  const { sampleIds, signal, stallTimeoutMs } = options;
  if (format === 'qza') {
    const message = `${quotedPath(path)}: a QIIME 2 artifact holds no distances to references. They are read from .tsv, .csv, .npy, .npz, .h5 and .arrow.`;
    throw unifracError('FILE_FORMAT_UNKNOWN', message, { details: { path } });
  }
  if (!isArrayFormat(format)) {
    const bytes = await readUnpacked(path, { signal, mostBytes: mostFileBytes });
    return withRows(path, await parseDelimitedBlock(path, bytes, format === 'csv' ? ',' : '\t', { signal }), sampleIds);
  }
  await using array = await openArray(path, format, { signal, stallTimeoutMs });
  const { shape } = array;
  if (shape.length !== 2) {
    const message = `${quotedPath(path)} holds an array of ${shape.join(' x ') || 'one number'}, not samples by references.`;
    throw unifracError('MATRIX_INVALID', message, { details: { path, shape } });
  }
  const ids = rowIds(path, array, sampleIds);
  const distances = await array.rows(0, ids.length);
  return withRows(path, { sampleIds: ids, referenceCount: shape[1]!, distances }, sampleIds);
}

/** A block as the file has it, in either width. */
type ReadBlock = Omit<ReferenceDistances, 'distances'> & { readonly distances: Numbers };

/** The rows of wanted samples, in their order. */
function withRows(path: string, block: ReadBlock, sampleIds: readonly string[]): ReferenceDistances {
  const { referenceIds, referenceCount } = block;
  const rows = wantedRows(path, block.sampleIds, sampleIds);
  const distances = new Float64Array(rows.length * referenceCount);
  rows.forEach((row, i) => {
    distances.set(block.distances.subarray(row * referenceCount, (row + 1) * referenceCount), i * referenceCount);
  });
  return { sampleIds, ...(referenceIds === undefined ? {} : { referenceIds }), referenceCount, distances };
}
