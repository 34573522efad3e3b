// Replaces ASVs by near relatives, as if another strain had been there. Knows no tree: the caller says who is near.
import { type CommunityStep, requireBetween } from './augmentation-step.js';
import type { Community } from './community.js';

/** Options of {@link swapRelatives}. */
export interface SwapRelativesOptions {
  /** Chance of each ASV to be replaced; from 0 to 1. */
  readonly rate: number;
  /** Near relatives of each feature by index; features without any are never replaced. A list, or a function of the index. */
  readonly relatives: readonly ArrayLike<number>[] | ((feature: number) => ArrayLike<number>);
}

/**
 * A step that gives all reads of an ASV, with a given chance, to one of its near relatives, each equally likely; reads of a
 * relative that is there already add up.
 *
 * Keeps: the total of the reads; every read stays with its feature or goes to one of its relatives.
 *
 * @throws SeqError `OPTION_INVALID`
 * @see Sayyari, Kawas & Mirarab 2019, "TADA: phylogenetic augmentation of microbiome samples enhances phenotype
 *   classification", doi:10.1093/bioinformatics/btz394, which draws reads below a node of the tree anew; moving them to a
 *   neighbour is the simplest such draw.
 */
export function swapRelatives({ rate, relatives }: SwapRelativesOptions): CommunityStep {
  requireBetween('swapRelatives', 'rate', rate);
  const relativesOf = (feature: number): ArrayLike<number> =>
    (typeof relatives === 'function' ? relatives(feature) : relatives[feature]) ?? [];
  return {
    acts: 'community',
    name: 'swapRelatives',
    settings: { rate },
    mixesSamples: false,
    apply: (community, draws): Community => {
      const reads = new Map<number, number>();
      community.features.forEach((feature, i) => {
        const near = relativesOf(feature);
        const isSwapped = draws.chance(rate) && near.length > 0;
        const bearer = isSwapped ? near[draws.below(near.length)]! : feature;
        reads.set(bearer, (reads.get(bearer) ?? 0) + community.counts[i]!);
      });
      const features = Uint32Array.from(reads.keys()).sort();
      return { ...community, features, counts: Float64Array.from(features, (feature) => reads.get(feature)!) };
    },
  };
}
