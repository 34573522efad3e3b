// One sample as augmentation sees it, and arithmetic on two of them. Knows no tables and no batches.
import { dataError } from '../errors.js';
import { quoted } from '../text/quoted.js';

/** The features of one sample and their counts. */
export interface Community {
  /** Whose it is; draws depend on it. */
  readonly sampleId: string;
  /** Feature indices, ascending; at least one. */
  readonly features: Uint32Array;
  /** Count of each of them, above zero. */
  readonly counts: Float64Array;
  /** What a model learns of the sample: targets, or 0 and 1 per class. Mixed samples mix them. Default: none. */
  readonly labels?: Float64Array | undefined;
}

/** All reads of a community. */
export function readsOf({ counts }: Pick<Community, 'counts'>): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Refuses counts that are no whole reads where reads are to be drawn.
 *
 * @throws SeqError `COUNTS_NOT_INTEGER`
 */
export function requireReads(step: string, { sampleId, counts }: Community): void {
  const fraction = counts.find((count) => !Number.isInteger(count));
  if (fraction === undefined) return;
  throw dataError(
    'COUNTS_NOT_INTEGER',
    `${step}: sample ${quoted(sampleId)} has a count of ${fraction}. Only whole reads can be drawn; use the table of read counts.`,
    { details: { sampleId, value: fraction } },
  );
}

/** The community with other counts, those of zero left out. */
export function withCounts(community: Community, counts: Float64Array): Community {
  const kept = [...counts.keys()].filter((i) => counts[i]! > 0);
  return {
    ...community,
    features: Uint32Array.from(kept, (i) => community.features[i]!),
    counts: Float64Array.from(kept, (i) => counts[i]!),
  };
}

/**
 * The first community with the features of both, each with the count that `merge` makes of its two counts, features without
 * a count left out.
 *
 * @param merge - gets the count in the first and in the second, one of them 0 where only the other has the feature; called in
 *   ascending order of the features.
 */
export function mergeCounts(a: Community, b: Community, merge: (inA: number, inB: number) => number): Community {
  const features: number[] = [];
  const counts: number[] = [];
  for (let i = 0, j = 0; i < a.features.length || j < b.features.length; ) {
    const [left, right] = [a.features[i] ?? Number.POSITIVE_INFINITY, b.features[j] ?? Number.POSITIVE_INFINITY];
    const merged = merge(left <= right ? a.counts[i]! : 0, right <= left ? b.counts[j]! : 0);
    if (merged > 0) {
      features.push(Math.min(left, right));
      counts.push(merged);
    }
    if (left <= right) i += 1;
    if (right <= left) j += 1;
  }
  return { ...a, features: Uint32Array.from(features), counts: Float64Array.from(counts) };
}

/** Labels of a mixture: `share` of the first, the rest of the second; undefined where either has none. */
export function mixedLabels(a: Community, b: Community, share: number): Float64Array | undefined {
  return b.labels && a.labels?.map((label, i) => share * label + (1 - share) * b.labels![i]!);
}
