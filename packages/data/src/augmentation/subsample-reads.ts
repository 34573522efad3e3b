// Keeps some of the reads of a sample, as if it had been sequenced less.
import { rarefySample } from '../rarefaction/rarefy-sample.js';
import { type CommunityStep, requireBetween } from './augmentation-step.js';
import { readsOf, requireReads, withCounts } from './community.js';

/** Options of {@link subsampleReads}. */
export interface SubsampleReadsOptions {
  /** Smallest part of the reads that may be kept; above 0, to 1. */
  readonly minimumShare: number;
  /** Largest part of the reads that may be kept, from `minimumShare` to 1. Default: 1. */
  readonly maximumShare?: number;
}

/**
 * A step that draws a part of the reads without replacement; the part is uniform between two limits and at least one read.
 *
 * Keeps: no count grows, whole reads stay whole, and the expected composition is the one before.
 *
 * @throws SeqError `OPTION_INVALID`; when applied, `COUNTS_NOT_INTEGER`
 * @see Sanders 1968, "Marine benthic diversity: a comparative study", doi:10.1086/282541
 */
export function subsampleReads({ minimumShare, maximumShare = 1 }: SubsampleReadsOptions): CommunityStep {
  requireBetween('subsampleReads', 'minimumShare', minimumShare, { above: 0 });
  requireBetween('subsampleReads', 'maximumShare', maximumShare, { minimum: minimumShare });
  return {
    acts: 'community',
    name: 'subsampleReads',
    settings: { minimumShare, maximumShare },
    mixesSamples: false,
    apply: (community, draws) => {
      requireReads('subsampleReads', community);
      const share = minimumShare + (maximumShare - minimumShare) * draws.fraction();
      const depth = Math.max(1, Math.round(share * readsOf(community)));
      return withCounts(community, rarefySample(community.counts, depth, draws));
    },
  };
}
