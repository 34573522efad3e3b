// What leaving out features costs a table. Knows no tree: it is told which features are missing.

import type { FeatureTable } from '@seq/data';

/** What was left out because the tree lacks it. */
export interface DroppedFeatures {
  /** Features of the table that are no tips of the tree. */
  readonly featureIds: readonly string[];
  /** Reads of those features over all samples. */
  readonly readCount: number;
  /** All reads of the table. */
  readonly readTotal: number;
}

/** Counts the reads of missing features. */
export function droppedFeatures(table: FeatureTable, missingIds: readonly string[]): DroppedFeatures {
  const isMissing = featureMask(table, missingIds);
  let readCount = 0;
  let readTotal = 0;
  table.counts.forEach((count, entry) => {
    readTotal += count;
    if (isMissing[table.featureIndices[entry]!] === 1) readCount += count;
  });
  return { featureIds: missingIds, readCount, readTotal };
}

/** A 1 for every feature of a table that is missing. */
export function featureMask(table: FeatureTable, missingIds: readonly string[]): Uint8Array {
  const missing = new Set(missingIds);
  return Uint8Array.from(table.featureIds, (id) => (missing.has(id) ? 1 : 0));
}
