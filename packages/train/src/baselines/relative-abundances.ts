// A feature table as rows of relative abundances, for models that know no feature table.
import type { FeatureTable } from '@seq/data';
import { trainError } from '../errors.js';
import type { SparseRows } from './sparse-rows.js';

/** Options of {@link relativeAbundances}. */
export interface RelativeAbundancesOptions {
  /** Samples to take, in this order. Default: all, in the order of the table. */
  readonly sampleIds?: readonly string[];
}

/**
 * Each count divided by the sum of its sample: rows that add up to 1. A sample without reads becomes an empty row.
 *
 * @param table - [N, M].
 * @returns one row per sample, one column per feature.
 * @throws SeqError `FOREST_INPUT` naming a sample that the table does not have.
 */
export function relativeAbundances(table: FeatureTable, { sampleIds }: RelativeAbundancesOptions = {}): SparseRows {
  const rows = sampleIds === undefined ? [...table.sampleIds.keys()] : [...rowsOf(table, sampleIds)];
  const ranges = rows.map((row) => [table.sampleOffsets[row]!, table.sampleOffsets[row + 1]!] as const);
  const rowOffsets = new Uint32Array(rows.length + 1);
  ranges.forEach(([start, end], i) => {
    rowOffsets[i + 1] = rowOffsets[i]! + end - start;
  });
  const columns = new Uint32Array(rowOffsets[rows.length]!);
  const values = new Float64Array(rowOffsets[rows.length]!);
  ranges.forEach(([start, end], i) => {
    const counts = table.counts.subarray(start, end);
    const reads = counts.reduce((sum, count) => sum + count, 0);
    columns.set(table.featureIndices.subarray(start, end), rowOffsets[i]);
    values.set(
      counts.map((count) => count / reads),
      rowOffsets[i],
    );
  });
  return { columnCount: table.featureCount, rowOffsets, columns, values };
}

function* rowsOf(table: FeatureTable, sampleIds: readonly string[]): Generator<number> {
  for (const id of sampleIds) {
    const row = table.sampleIndex(id);
    if (row === undefined) {
      const message = `relativeAbundances: sample "${id}" is not in the table; ids must be written as there.`;
      throw trainError('FOREST_INPUT', message, { details: { sampleId: id } });
    }
    yield row;
  }
}
