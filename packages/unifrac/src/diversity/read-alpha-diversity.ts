// Reads one number per sample, such as Faith's PD, from a file. Knows no tree.
import { firstFew, mostFileBytes, openArtifact, quotedPath, readUnpacked, wrongArtifact } from '@seq/data/files';
import type { NumberArray } from '../arrays/parse-npy.js';
import { readArray, requireRowPerSample } from '../arrays/read-array.js';
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
}

/**
 * One number per sample from a file: TSV or CSV with a header, ids and values (as QIIME 2 and `faithpd` write it), a QIIME 2
 * artifact of type `SampleData[AlphaDiversity]`, or without ids an `.npy` or `.npz` array of N or N x 1 numbers.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_FORMAT_UNKNOWN`, `FILE_MALFORMED`, `MATRIX_INVALID` if rows
 *   without ids do not fit `sampleIds`, `SAMPLE_UNKNOWN` if wanted samples are not in the file, `OPTION_INVALID` if a format
 *   without ids is read without `sampleIds`.
 */
export async function readAlphaDiversity(path: string, options: ReadAlphaDiversityOptions = {}): Promise<SampleValues> {
  const { sampleIds, signal } = options;
  const format = options.format ?? matrixFormatOf(path);
  if (format === 'npy' || format === 'npz') {
    const array = await readArray(path, format, signal);
    requireVector(path, array);
    return { sampleIds: requireRowPerSample(path, array, sampleIds), values: array.values };
  }
  const bytes = await readUnpacked(path, { signal: signal, mostBytes: mostFileBytes });
  const text = format === 'qza' ? await valuesInArtifact(path, bytes) : bytes;
  const all = parseSampleValues(path, text, format === 'csv' ? ',' : '\t');
  return sampleIds === undefined ? all : chosen(path, all, sampleIds);
}

async function valuesInArtifact(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const artifact = await openArtifact(path, bytes);
  const wanted = 'SampleData[AlphaDiversity]';
  if (artifact.type !== wanted) throw wrongArtifact(path, wanted, artifact.type);
  return artifact.data('alpha-diversity.tsv');
}

function requireVector(path: string, { shape }: NumberArray): void {
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return;
  throw unifracError(
    'MATRIX_INVALID',
    `${quotedPath(path)} holds an array of ${shape.join(' x ') || 'one number'}, not one number per sample.`,
    { details: { path, shape } },
  );
}

function chosen(path: string, all: SampleValues, sampleIds: readonly string[]): SampleValues {
  const rows = new Map(all.sampleIds.map((id, row) => [id, row]));
  const missing = sampleIds.filter((id) => !rows.has(id));
  if (missing.length > 0) {
    throw unifracError(
      'SAMPLE_UNKNOWN',
      `${quotedPath(path)}: ${missing.length} of ${sampleIds.length} samples are not in the file (first: ${firstFew(missing, 10)}).`,
      { details: { path, missingCount: missing.length, first: missing.slice(0, 10) } },
    );
  }
  return { sampleIds, values: Float64Array.from(sampleIds, (id) => all.values[rows.get(id)!]!) };
}
