// Reads one number per sample, such as Faith's PD, from a file. Knows no tree.
import { mostFileBytes, openArtifact, quotedPath, readUnpacked, wrongArtifact } from '@seq/data/files';
import { rowIds, wantedRows } from '../arrays/row-ids.js';
import { type ArrayFormat, isArrayFormat, openArray, type StoredArray } from '../arrays/stored-array.js';
import { unifracError } from '../errors.js';
import { type MatrixFormat, matrixFormatOf } from '../matrix/matrix-format.js';
import { parseSampleValues, type SampleValues } from './sample-values.js';

/** Options of {@link readAlphaDiversity}. */
export interface ReadAlphaDiversityOptions {
  /** Format of the file. Default: by its ending, `.gz` looked through. */
  readonly format?: MatrixFormat | undefined;
  /**
   * Samples to give, in this order; others are left out. Where the file has no ids, the ids of its rows. Default: all, in
   * the order of the file.
   */
  readonly sampleIds?: readonly string[] | undefined;
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that one step of reading HDF5 or Arrow may take before the file counts as damaged. Default 60 000. */
  readonly stallTimeoutMs?: number | undefined;
}

/**
 * One number per sample from a file: TSV or CSV with a header, ids and values (as QIIME 2 and `faithpd` write it), a QIIME 2
 * artifact of type `SampleData[AlphaDiversity]`, or an array of N or N x 1 numbers as `.npy`, `.npz`, Arrow or HDF5 (under
 * `faith_pd`, else the only one), where `ids` or `order` may name the rows.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_FORMAT_UNKNOWN`, `FILE_MALFORMED`, `MATRIX_INVALID` if rows
 *   without ids do not fit `sampleIds`, `SAMPLE_UNKNOWN` if wanted samples are not in the file, `OPTION_INVALID` if a format
 *   without ids is read without `sampleIds`.
 */
export async function readAlphaDiversity(path: string, options: ReadAlphaDiversityOptions = {}): Promise<SampleValues> {
  const { sampleIds, signal } = options;
  const format = options.format ?? matrixFormatOf(path);
  if (isArrayFormat(format)) return valuesOfArray(path, format, options);
  const bytes = await readUnpacked(path, { signal: signal, mostBytes: mostFileBytes });
  const text = format === 'qza' ? await valuesInArtifact(path, bytes) : bytes;
  return chosen(path, parseSampleValues(path, text, format === 'csv' ? ',' : '\t'), sampleIds);
}

async function valuesOfArray(
  path: string,
  format: ArrayFormat,
  { sampleIds, signal, stallTimeoutMs }: ReadAlphaDiversityOptions,
): Promise<SampleValues> {
  await using array = await openArray(path, format, { signal, stallTimeoutMs });
  requireVector(path, array);
  const ids = rowIds(path, array, sampleIds);
  const values = Float64Array.from(await array.rows(0, ids.length));
  return chosen(path, { sampleIds: ids, values }, sampleIds);
}

async function valuesInArtifact(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const artifact = await openArtifact(path, bytes);
  const wanted = 'SampleData[AlphaDiversity]';
  if (artifact.type !== wanted) throw wrongArtifact(path, wanted, artifact.type);
  return artifact.data('alpha-diversity.tsv');
}

function requireVector(path: string, { shape }: StoredArray): void {
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return;
  throw unifracError(
    'MATRIX_INVALID',
    `${quotedPath(path)} holds an array of ${shape.join(' x ') || 'one number'}, not one number per sample.`,
    { details: { path, shape } },
  );
}

function chosen(path: string, all: SampleValues, sampleIds: readonly string[] | undefined): SampleValues {
  if (sampleIds === undefined) return all;
  const rows = wantedRows(path, all.sampleIds, sampleIds);
  return { sampleIds, values: Float64Array.from(rows, (row) => all.values[row]!) };
}
