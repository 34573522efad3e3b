// Adds up the reads of a source while its counts are read once. Knows no formats.
import type { FeatureTableSource } from './feature-table-source.js';
import { marksOf, type ReadThroughOptions, readThrough } from './read-through.js';

/** Sums over the counts of a source. */
export interface SourceTotals {
  /** Reads of each sample, N numbers. */
  readonly samples: Float64Array;
  /** Reads of each sample in the chosen features, N numbers. */
  readonly chosen: Float64Array;
  /** Reads of each feature in the samples in use, M numbers. */
  readonly features: Float64Array;
  /** Counts of the chosen features. */
  readonly entryCount: number;
  /** Whether all of these are whole numbers, and every sample has fewer than 2^53 reads. */
  readonly hasWholeCounts: boolean;
}

/** What of a source is in use. */
export interface PartOfSource {
  /** Rows of samples. */
  readonly rows: ArrayLike<number>;
  /** Features that are chosen. */
  readonly features: readonly number[];
}

/** Reads a source through. */
export async function sourceTotals(
  source: FeatureTableSource,
  part: PartOfSource,
  options: ReadThroughOptions,
): Promise<SourceTotals> {
  const isUsed = marksOf(source.sampleCount, part.rows);
  const isChosen = marksOf(source.featureCount, part.features);
  const samples = new Float64Array(source.sampleCount);
  const chosen = new Float64Array(source.sampleCount);
  const features = new Float64Array(source.featureCount);
  let entryCount = 0;
  let hasWholeCounts = true;
  for await (const { start, rows } of readThrough(source, options)) {
    const { sampleOffsets, featureIndices, counts } = rows;
    for (let i = 0; i < rows.sampleIds.length; i++) {
      let [all, some] = [0, 0];
      for (let entry = sampleOffsets[i]!; entry < sampleOffsets[i + 1]!; entry++) {
        const [feature, count] = [featureIndices[entry]!, counts[entry]!];
        all += count;
        if (isUsed[start + i] === 1) features[feature]! += count;
        if (isChosen[feature] === 0) continue;
        some += count;
        entryCount += 1;
        if (!Number.isInteger(count)) hasWholeCounts = false;
      }
      samples[start + i] = all;
      chosen[start + i] = some;
      if (some > Number.MAX_SAFE_INTEGER) hasWholeCounts = false;
    }
  }
  return { samples, chosen, features, entryCount, hasWholeCounts };
}
