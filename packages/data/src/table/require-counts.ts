// Refuses counts that no sequencing run can give. Knows only numbers and how to name their place.
import { dataError } from '../errors.js';
import { counted, quoted } from '../text/quoted.js';

/** Where a count stands. */
export interface CountPlace {
  readonly sampleId: string;
  readonly featureId: string;
}

/** Every count is finite and above zero. */
export function requirePositiveCounts(counts: Float64Array, placeOf: (entry: number) => CountPlace): void {
  requireEvery(
    counts,
    placeOf,
    'zero, negative, infinite or not a number',
    (count) => count > 0 && count < Number.POSITIVE_INFINITY,
  );
}

/** Every count is finite and not negative. */
export function requireCounts(counts: Float64Array, placeOf: (entry: number) => CountPlace): void {
  requireEvery(
    counts,
    placeOf,
    'negative, infinite or not a number',
    (count) => count >= 0 && count < Number.POSITIVE_INFINITY,
  );
}

function requireEvery(
  counts: Float64Array,
  placeOf: (entry: number) => CountPlace,
  problem: string,
  isFine: (count: number) => boolean,
): void {
  let first = -1;
  let bad = 0;
  for (let entry = 0; entry < counts.length; entry++) {
    if (isFine(counts[entry]!)) continue;
    if (first === -1) first = entry;
    bad += 1;
  }
  if (bad === 0) return;
  const { sampleId, featureId } = placeOf(first);
  throw dataError(
    'TABLE_COUNT_INVALID',
    `FeatureTable: ${counted(bad, 'count')} ${problem} (first: ${counts[first]} for feature ` +
      `${quoted(featureId)} in sample ${quoted(sampleId)}). Counts are read numbers; repair the table.`,
    { details: { sampleId, featureId, value: counts[first], count: bad } },
  );
}
