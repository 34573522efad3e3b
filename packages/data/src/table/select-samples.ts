// Takes some samples of a table, in the order asked for.
import { dataError } from '../errors.js';
import { counted, firstFew } from '../text/quoted.js';
import { FeatureTable } from './feature-table.js';

/**
 * The table of the given samples, in the given order. All features stay, also those that no sample is left to have.
 *
 * @throws SeqError `SAMPLE_UNKNOWN` for ids that the table does not have, `TABLE_ID_INVALID` for one that is given twice.
 */
export function selectSamples(table: FeatureTable, sampleIds: readonly string[]): FeatureTable {
  return selectRows(table, rowsOfSamples(table, sampleIds));
}

/**
 * Rows of samples in a table.
 *
 * @throws SeqError `SAMPLE_UNKNOWN` for ids that the table does not have.
 */
export function rowsOfSamples(table: FeatureTable, sampleIds: readonly string[]): Uint32Array {
  const unknown = sampleIds.filter((id) => table.sampleIndex(id) === undefined);
  if (unknown.length > 0) throw unknownSamples(undefined, unknown, sampleIds.length);
  return Uint32Array.from(sampleIds, (id) => table.sampleIndex(id)!);
}

/** The error of samples that a table does not have, out of so many that were asked for. */
export function unknownSamples(asked: string | undefined, unknown: readonly string[], outOf: number): Error {
  return dataError(
    'SAMPLE_UNKNOWN',
    `${asked === undefined ? '' : `${asked}: `}${counted(unknown.length, 'sample')} of ${outOf} not in the table ` +
      `(first: ${firstFew(unknown)}). Ids must be written as in the table.`,
    { details: { count: unknown.length, first: unknown.slice(0, 3) } },
  );
}

/** The table of the given rows, in the given order; every row exists and is given once. */
export function selectRows(table: FeatureTable, rows: ArrayLike<number>): FeatureTable {
  const sampleOffsets = new Uint32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    sampleOffsets[i + 1] = sampleOffsets[i]! + (table.sampleOffsets[row + 1]! - table.sampleOffsets[row]!);
  }
  const entryCount = sampleOffsets[rows.length]!;
  const featureIndices = new Uint32Array(entryCount);
  const counts = new Float64Array(entryCount);
  for (let i = 0; i < rows.length; i++) {
    const [start, end] = [table.sampleOffsets[rows[i]!]!, table.sampleOffsets[rows[i]! + 1]!];
    featureIndices.set(table.featureIndices.subarray(start, end), sampleOffsets[i]!);
    counts.set(table.counts.subarray(start, end), sampleOffsets[i]!);
  }
  const pick = <Value>(values: readonly Value[]): Value[] => Array.from(rows, (row) => values[row]!);
  return new FeatureTable({
    sampleIds: pick(table.sampleIds),
    featureIds: table.featureIds,
    sampleOffsets,
    featureIndices,
    counts,
    taxonomy: table.taxonomy,
    sampleMetadata: table.sampleMetadata && new Map([...table.sampleMetadata].map(([name, all]) => [name, pick(all)])),
  });
}
