// Leaves out some of the ASVs of a sample, as if they had not been seen.
import { type CommunityStep, requireBetween } from './augmentation-step.js';
import { withCounts } from './community.js';

/** Options of {@link dropAsvs}. */
export interface DropAsvsOptions {
  /** Chance of each ASV to be left out; from 0 to 1. */
  readonly rate: number;
}

/**
 * A step that leaves out each ASV with the same chance. If all would go, one of them stays, each equally likely.
 *
 * Keeps: the counts of the ASVs that stay, and so all ratios between them.
 *
 * @throws SeqError `OPTION_INVALID`
 * @see Gordon-Rodriguez, Quinn & Cunningham 2022, "Data augmentation for compositional data" (random subcompositions),
 *   doi:10.48550/arXiv.2205.09906
 */
export function dropAsvs({ rate }: DropAsvsOptions): CommunityStep {
  requireBetween('dropAsvs', 'rate', rate);
  return {
    acts: 'community',
    name: 'dropAsvs',
    settings: { rate },
    mixesSamples: false,
    apply: (community, draws) => {
      const kept = community.counts.map((count) => (draws.chance(rate) ? 0 : count));
      if (kept.every((count) => count === 0)) {
        const survivor = draws.below(kept.length);
        kept[survivor] = community.counts[survivor]!;
      }
      return withCounts(community, kept);
    },
  };
}
