// Finds references among the samples of a table. Knows no metric.
import type { FeatureTable } from '@seq/data';
import { firstFew } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { type CountTable, concatenatedSamples, rowsOfCounts } from './sample-rows.js';

/** Rows of references, each of which must be a sample and stand once. */
export function referenceRows(asked: string, table: FeatureTable, referenceIds: readonly string[]): readonly number[] {
  const unknown = referenceIds.filter((id) => table.sampleIndex(id) === undefined);
  if (unknown.length > 0) {
    throw unifracError(
      'SAMPLE_UNKNOWN',
      `${asked}: ${unknown.length} of ${referenceIds.length} references are no samples of the table ` +
        `(first: ${firstFew(unknown, 10)}).`,
      { details: { unknownCount: unknown.length, first: unknown.slice(0, 10) } },
    );
  }
  if (new Set(referenceIds).size !== referenceIds.length) {
    throw unifracError('OPTION_INVALID', `${asked}: a reference stands twice. Give each once.`);
  }
  return referenceIds.map((id) => table.sampleIndex(id)!);
}

/** The samples of a table, then some of them again. */
export function withReferences(counts: CountTable, rows: readonly number[]): CountTable {
  const none: CountTable = { offsets: Uint32Array.of(0), features: new Uint32Array(0), counts: new Float64Array(0) };
  const references = rows.reduce((all, row) => concatenatedSamples(all, rowsOfCounts(counts, row, row + 1)), none);
  return concatenatedSamples(counts, references);
}
