// Draws the reads of a sample anew, as if the same specimen had been sequenced again.
import { dirichlet, multinomial } from '../random/distributions.js';
import { type CommunityStep, requireBetween } from './augmentation-step.js';
import { readsOf, requireReads, withCounts } from './community.js';

/** Options of {@link jitterAbundances}. */
export interface JitterAbundancesOptions {
  /**
   * How spread the abundances are from which reads are drawn: the sum of the parameters of a Dirichlet distribution around the
   * abundances of the sample, above 0; the smaller, the wilder. Default: none, the abundances of the sample themselves.
   */
  readonly concentration?: number | undefined;
}

/**
 * A step that draws as many reads as there are from the abundances of the sample, with replacement (multinomial), or from
 * abundances that a Dirichlet distribution draws around them first (Dirichlet-multinomial, for the variation between
 * specimens that exceeds the one of sequencing).
 *
 * Keeps: the total of the reads, whole; no ASV appears, and the expected composition is the one before.
 *
 * @throws SeqError `OPTION_INVALID`; when applied, `COUNTS_NOT_INTEGER`
 * @see La Rosa et al. 2012, "Hypothesis testing and power calculations for taxonomic-based human microbiome data",
 *   doi:10.1371/journal.pone.0052078
 */
export function jitterAbundances({ concentration }: JitterAbundancesOptions = {}): CommunityStep {
  const name = 'jitterAbundances';
  if (concentration !== undefined)
    requireBetween(name, 'concentration', concentration, { above: 0, maximum: Number.MAX_VALUE });
  return {
    acts: 'community',
    name,
    settings: concentration === undefined ? {} : { concentration },
    mixesSamples: false,
    apply: (community, draws) => {
      requireReads(name, community);
      const reads = readsOf(community);
      const weights =
        concentration === undefined
          ? community.counts
          : dirichlet(
              community.counts.map((count) => (concentration * count) / reads),
              draws,
            );
      return withCounts(community, multinomial(weights, reads, draws));
    },
  };
}
