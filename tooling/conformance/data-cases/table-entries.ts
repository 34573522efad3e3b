// The entries of a feature table in the order in which the vectors list them.
import type { FeatureTable } from '@seq/data';

/** One count. */
export type TableEntry = readonly [feature: number, sample: number, count: number];

/** Orders entries by feature, then sample. */
export const byFeatureAndSample = (a: TableEntry, b: TableEntry): number => a[0] - b[0] || a[1] - b[1];

/** Every stored count, by feature and sample. */
export function entriesOf(table: FeatureTable): TableEntry[] {
  const entries: TableEntry[] = [];
  for (let row = 0; row < table.sampleCount; row++) {
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      entries.push([table.featureIndices[entry]!, row, table.counts[entry]!]);
    }
  }
  return entries.sort(byFeatureAndSample);
}
