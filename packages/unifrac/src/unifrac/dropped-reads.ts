// What leaving out features costs a table. Knows no tree: it is told which features are missing.

import type { FeatureTable } from '@seq/data';
import { firstFew } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { oneOf } from '../one-of.js';

/** What was left out because the tree lacks it. */
export interface DroppedFeatures {
  /** Features of the table that are no tips of the tree. */
  readonly featureIds: readonly string[];
  /** Reads of those features over all samples. */
  readonly readCount: number;
  /** All reads of the table. */
  readonly readTotal: number;
}

/** What is done with samples without reads, or without any in the tree. */
export type EmptySamples =
  /** Two of them are 0 apart; one of them and another sample as the metric defines it, which is 1 where it is normalised. */
  | 'zero'
  /** Two of them are NaN apart, as `ssu` has it. */
  | 'nan'
  /** They are refused. */
  | 'error';

/** The rule for empty samples, `'zero'` if none was given. */
export function emptySamplesRule(asked: string, given: EmptySamples | undefined): EmptySamples {
  return oneOf(asked, { name: 'emptySamples', given, values: ['zero', 'nan', 'error'] });
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

/** Samples that have no read of a feature in the tree. */
export function emptySamples(table: FeatureTable, missingIds: readonly string[]): readonly number[] {
  const isMissing = featureMask(table, missingIds);
  const empty: number[] = [];
  for (let sample = 0; sample < table.sampleIds.length; sample++) {
    let entry = table.sampleOffsets[sample]!;
    const end = table.sampleOffsets[sample + 1]!;
    while (entry < end && isMissing[table.featureIndices[entry]!] === 1) entry += 1;
    if (entry === end) empty.push(sample);
  }
  return empty;
}

/** Refuses empty samples, all at once. */
export function refuseEmptySamples(asked: string, table: FeatureTable, empty: readonly number[]): void {
  if (empty.length === 0) return;
  const ids = empty.map((sample) => table.sampleIds[sample]!);
  throw unifracError(
    'SAMPLE_EMPTY',
    `${asked}: ${ids.length} of ${table.sampleIds.length} samples have no read of a feature in the tree ` +
      `(first: ${firstFew(ids, 10)}). Remove them, or accept them with emptySamples: 'zero'.`,
    { details: { emptyCount: ids.length, first: ids.slice(0, 10) } },
  );
}

function featureMask(table: FeatureTable, missingIds: readonly string[]): Uint8Array {
  const missing = new Set(missingIds);
  return Uint8Array.from(table.featureIds, (id) => (missing.has(id) ? 1 : 0));
}
