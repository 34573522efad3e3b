// Refuses tables whose counts are no whole reads where reads are to be drawn.
import { dataError } from '../errors.js';
import type { FeatureTable } from '../table/feature-table.js';
import type { SampleRows } from '../table/sample-rows.js';
import { counted, quoted } from '../text/quoted.js';

/** Counts whose features have names. */
type NamedRows = SampleRows & Pick<FeatureTable, 'featureIds'>;

/**
 * Every count of the given rows is a whole number, and the reads of each sample add up exactly.
 *
 * @throws SeqError `COUNTS_NOT_INTEGER` naming the first sample and feature, `TABLE_COUNT_INVALID` for a sample of 2^53 reads or more.
 */
export function requireWholeReads(asked: string, table: NamedRows, rows: ArrayLike<number>): void {
  const { sampleIds, sampleOffsets, counts } = table;
  let first: { readonly row: number; readonly entry: number } | undefined;
  let fractions = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    let total = 0;
    for (let entry = sampleOffsets[row]!; entry < sampleOffsets[row + 1]!; entry++) {
      total += counts[entry]!;
      if (Number.isInteger(counts[entry]!)) continue;
      first ??= { row, entry };
      fractions += 1;
    }
    if (total > Number.MAX_SAFE_INTEGER) {
      throw dataError(
        'TABLE_COUNT_INVALID',
        `${asked}: sample ${quoted(sampleIds[row]!)} has ${total} reads, more than can be counted one by one. Check the table.`,
      );
    }
  }
  if (first !== undefined) throw fractionError(asked, table, first, fractions);
}

function fractionError(
  asked: string,
  { sampleIds, featureIds, featureIndices, counts }: NamedRows,
  { row, entry }: { readonly row: number; readonly entry: number },
  fractions: number,
): Error {
  const [sampleId, featureId, value] = [sampleIds[row]!, featureIds[featureIndices[entry]!]!, counts[entry]!];
  return dataError(
    'COUNTS_NOT_INTEGER',
    `${asked}: ${counted(fractions, 'count')} with a fraction (first: ${value} for feature ${quoted(featureId)} in sample ` +
      `${quoted(sampleId)}). Only whole reads can be drawn; use the table of read counts, or no rarefaction.`,
    { details: { sampleId, featureId, value, count: fractions } },
  );
}
