// Refuses to write what a file could not give back: empty tables, and texts that a format has no way to hold.
import { dataError } from '../errors.js';
import { counted, quoted } from '../text/quoted.js';
import type { FeatureTable } from './feature-table.js';

/** A table that a reader would take: it has reads, and every text of it is one that UTF-8 can hold. */
export function requireWritable(table: FeatureTable): void {
  if (table.entryCount === 0) {
    throw dataError(
      'TABLE_EMPTY',
      `writeFeatureTable: the table has no reads (${counted(table.sampleCount, 'sample')}, ` +
        `${counted(table.featureCount, 'feature')}), so no reader would take it. Check what was filtered before.`,
      { details: { sampleCount: table.sampleCount, featureCount: table.featureCount } },
    );
  }
  const isWhole = (text: string): boolean => !/\p{Surrogate}/u.test(text);
  const halves = 'halves of characters';
  requireTexts('sample id', table.sampleIds, isWhole, halves);
  requireTexts('feature id', table.featureIds, isWhole, halves);
  requireTexts('rank', (table.taxonomy ?? []).flat(), isWhole, halves);
  for (const [name, values] of table.sampleMetadata ?? []) {
    requireTexts('text of sample metadata', [name, ...values.map((value) => value ?? '')], isWhole, halves);
  }
}

/** Every text fits; otherwise an error with the first that does not, and how many. */
export function requireTexts(
  what: string,
  texts: readonly string[],
  fits: (text: string) => boolean,
  problem: string,
): void {
  const wrong = texts.filter((text) => !fits(text));
  if (wrong.length === 0) return;
  throw dataError(
    'TABLE_ID_INVALID',
    `writeFeatureTable: ${counted(wrong.length, what)} of ${texts.length} with ${problem}, which this format cannot hold ` +
      `(first: ${quoted(wrong[0]!)}). Rename, or write another format.`,
    { details: { count: wrong.length, first: wrong.slice(0, 3) } },
  );
}
