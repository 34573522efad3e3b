// Samples without a read of a feature in the tree, and what is said of their distances. Knows no tree: it is told which features
// are missing.

import type { FeatureTable } from '@seq/data';
import { firstFew } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { oneOf } from '../one-of.js';
import { featureMask } from './dropped-reads.js';

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

/**
 * Samples whose distances from each other are not defined, by the rule for empty ones: none if these are 0.
 *
 * @param isWanted - whether anything is asked of a sample; all are, unless told.
 * @throws SeqError `SAMPLE_EMPTY` if the rule refuses them.
 */
export function undefinedSamples(
  asked: string,
  table: FeatureTable,
  {
    rule,
    missingIds = [],
    isWanted = () => true,
  }: {
    readonly rule: EmptySamples;
    readonly missingIds?: readonly string[];
    readonly isWanted?: (sample: number) => boolean;
  },
): readonly number[] {
  if (rule === 'zero') return [];
  const empty = emptySamples(table, missingIds).filter(isWanted);
  if (rule === 'error') refuseEmptySamples(asked, table, empty);
  return empty;
}

/** Samples that have no read of a feature in the tree. */
function emptySamples(table: FeatureTable, missingIds: readonly string[]): readonly number[] {
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
function refuseEmptySamples(asked: string, table: FeatureTable, empty: readonly number[]): void {
  if (empty.length === 0) return;
  const ids = empty.map((sample) => table.sampleIds[sample]!);
  throw unifracError(
    'SAMPLE_EMPTY',
    `${asked}: ${ids.length} of ${table.sampleIds.length} samples have no read of a feature in the tree ` +
      `(first: ${firstFew(ids, 10)}). Remove them, or accept them with emptySamples: 'zero'.`,
    { details: { emptyCount: ids.length, first: ids.slice(0, 10) } },
  );
}
