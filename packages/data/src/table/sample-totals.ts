// Adds up the reads of samples and of features.
import type { FeatureTable } from './feature-table.js';

/** Reads of each sample, N numbers, summed in the order of the features. */
export function sampleTotals({ sampleCount, sampleOffsets, counts }: FeatureTable): Float64Array {
  const totals = new Float64Array(sampleCount);
  for (let row = 0; row < sampleCount; row++) {
    let total = 0;
    for (let entry = sampleOffsets[row]!; entry < sampleOffsets[row + 1]!; entry++) total += counts[entry]!;
    totals[row] = total;
  }
  return totals;
}

/** Reads of each feature over all samples, M numbers. */
export function featureTotals({ featureCount, featureIndices, counts }: FeatureTable): Float64Array {
  const totals = new Float64Array(featureCount);
  for (let entry = 0; entry < counts.length; entry++) totals[featureIndices[entry]!]! += counts[entry]!;
  return totals;
}
