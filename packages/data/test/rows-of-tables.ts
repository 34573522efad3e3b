// Tables from and to rows of counts, for tests. Nothing here is under test, and nothing of the test runner is needed.
import { buildFeatureTable } from '../src/table/build-feature-table.js';
import type { FeatureTable } from '../src/table/feature-table.js';

/** A table from rows of counts, one row per sample; ids s1, s2, ... and f1, f2, ... unless given. */
export function tableOf(
  rows: readonly (readonly number[])[],
  ids: { readonly samples?: readonly string[]; readonly features?: readonly string[] } = {},
): FeatureTable {
  const width = rows[0]?.length ?? 0;
  const entries = rows.flatMap((row, sample) => row.map((count, feature) => ({ sample, feature, count })));
  return buildFeatureTable({
    sampleIds: ids.samples ?? rows.map((_, i) => `s${i + 1}`),
    featureIds: ids.features ?? Array.from({ length: width }, (_, i) => `f${i + 1}`),
    samples: Uint32Array.from(entries, ({ sample }) => sample),
    features: Uint32Array.from(entries, ({ feature }) => feature),
    counts: Float64Array.from(entries, ({ count }) => count),
  });
}

/** The counts of a table as rows, one per sample. */
export function rowsOf(table: FeatureTable): number[][] {
  const rows = table.sampleIds.map(() => table.featureIds.map(() => 0));
  for (let row = 0; row < table.sampleCount; row++) {
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      rows[row]![table.featureIndices[entry]!] = table.counts[entry]!;
    }
  }
  return rows;
}
