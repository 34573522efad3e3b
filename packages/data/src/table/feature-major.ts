// Sorts the entries of a table by feature instead of by sample.
import type { FeatureTable } from './feature-table.js';

/** The entries of a table, feature by feature. */
export interface FeatureMajor {
  /** Start of each feature in the two arrays below, and their length at the end; M + 1 numbers. */
  readonly featureOffsets: Uint32Array;
  /** Sample of each entry, ascending within a feature. */
  readonly sampleIndices: Uint32Array;
  /** Count of each entry, above zero. */
  readonly counts: Float64Array;
}

/** The entries of a table, feature by feature: one counting sort. */
export function featureMajor(table: FeatureTable): FeatureMajor {
  const featureOffsets = new Uint32Array(table.featureCount + 1);
  for (const feature of table.featureIndices) featureOffsets[feature + 1]! += 1;
  for (let feature = 0; feature < table.featureCount; feature++) {
    featureOffsets[feature + 1]! += featureOffsets[feature]!;
  }
  const next = featureOffsets.slice();
  const sampleIndices = new Uint32Array(table.entryCount);
  const counts = new Float64Array(table.entryCount);
  for (let row = 0; row < table.sampleCount; row++) {
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      const place = next[table.featureIndices[entry]!]!++;
      sampleIndices[place] = row;
      counts[place] = table.counts[entry]!;
    }
  }
  return { featureOffsets, sampleIndices, counts };
}
