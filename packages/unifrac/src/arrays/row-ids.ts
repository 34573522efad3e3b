// Says which samples the rows of an array belong to. Knows no format.
import { firstFew, quotedPath } from '@seq/data/files';
import { unifracError } from '../errors.js';
import type { StoredArray } from './stored-array.js';

/**
 * Ids of the rows: those of the file, else the given ones, of which there is one per row.
 *
 * @throws SeqError `OPTION_INVALID` if there are neither, `MATRIX_INVALID` if the numbers differ.
 */
export function rowIds(
  path: string,
  { shape, ids }: StoredArray,
  sampleIds: readonly string[] | undefined,
): readonly string[] {
  if (ids !== undefined) return ids;
  if (sampleIds === undefined) {
    throw unifracError(
      'OPTION_INVALID',
      `${quotedPath(path)} has no sample ids. Pass sampleIds, in the order of its rows.`,
      { details: { path, rowsWithoutIds: shape[0] ?? 0 } },
    );
  }
  if (shape[0] !== sampleIds.length) {
    throw unifracError(
      'MATRIX_INVALID',
      `${quotedPath(path)} has ${shape[0] ?? 0} rows for ${sampleIds.length} samples, and no ids to match them by. ` +
        'Pass the ids of exactly its rows, or use a format that has ids.',
      { details: { path, rowCount: shape[0] ?? 0, sampleCount: sampleIds.length } },
    );
  }
  return sampleIds;
}

/**
 * Rows of the wanted samples, in their order.
 *
 * @throws SeqError `SAMPLE_UNKNOWN` if there are wanted samples that the file does not have, counted, the first ten named.
 */
export function wantedRows(path: string, ids: readonly string[], sampleIds: readonly string[]): readonly number[] {
  const rows = new Map(ids.map((id, row) => [id, row]));
  const missing = sampleIds.filter((id) => !rows.has(id));
  if (missing.length === 0) return sampleIds.map((id) => rows.get(id)!);
  throw unifracError(
    'SAMPLE_UNKNOWN',
    `${quotedPath(path)}: ${missing.length} of ${sampleIds.length} samples are not in the file (first: ${firstFew(missing, 10)}).`,
    { details: { path, missingCount: missing.length, first: missing.slice(0, 10) } },
  );
}
