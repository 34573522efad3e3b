// Mixes two samples and their labels, read by read or ASV by ASV.
import { dataError } from '../errors.js';
import { multinomial, symmetricBeta } from '../random/distributions.js';
import type { Draws } from '../random/draws.js';
import { rarefySample } from '../rarefaction/rarefy-sample.js';
import { type CommunityPool, type CommunityStep, requireBetween } from './augmentation-step.js';
import { type Community, mergeCounts, mixedLabels, readsOf, requireReads, withCounts } from './community.js';

/** Options of {@link mixCommunities} and {@link cutCommunities}. */
export interface MixCommunitiesOptions {
  /** Shape of the beta distribution of the sample's own share, above 0; below 1 prefers shares near 0 and 1. Default: 0.4. */
  readonly alpha?: number;
}

/**
 * A step that pours two samples together: a share of the reads is drawn from the sample, the rest from another sample of the
 * pool, both without replacement (with, where the other has too few), and labels are mixed by the shares of the reads.
 *
 * Keeps: the total of the reads, whole; only ASVs of the two samples occur; the expected composition and the labels are the
 * same mixture of the two.
 *
 * @throws SeqError `OPTION_INVALID`, also when applied without a pool; when applied, `COUNTS_NOT_INTEGER`
 * @remarks This is mixup along straight lines between compositions. Mixing along lines of Aitchison's geometry, as
 *   Gordon-Rodriguez et al. 2022 do, needs both samples to have every ASV, which ASV tables never have.
 * @see Zhang, Cisse, Dauphin & Lopez-Paz 2018, "mixup: Beyond empirical risk minimization", doi:10.48550/arXiv.1710.09412;
 *   Gordon-Rodriguez, Quinn & Cunningham 2022, doi:10.48550/arXiv.2205.09906
 */
export function mixCommunities({ alpha = 0.4 }: MixCommunitiesOptions = {}): CommunityStep {
  const name = 'mixCommunities';
  requireBetween(name, 'alpha', alpha, { above: 0, maximum: Number.MAX_VALUE });
  return {
    acts: 'community',
    name,
    settings: { alpha },
    mixesSamples: true,
    apply: (community, draws, pool) => {
      const other = partnerOf(name, community, draws, pool);
      if (other === undefined) return community;
      const reads = readsOf(community);
      const own = Math.round(symmetricBeta(alpha, draws) * reads);
      const mine = { ...community, counts: rarefySample(community.counts, own, draws) };
      const theirs = { ...other, counts: drawn(other, reads - own, draws) };
      return { ...mergeCounts(mine, theirs, (a, b) => a + b), labels: mixedLabels(community, other, own / reads) };
    },
  };
}

/**
 * A step that puts a sample together from two: each ASV comes, with all its reads, from the sample or from another one of
 * the pool, by the same chance for all ASVs, after the deeper of the two was rarefied to the depth of the other. Labels are
 * mixed by the shares of the reads. If nothing would be left, the sample stays as it is.
 *
 * Keeps: every count is the one of a parent (of the rarefied one, where depths differ), and so are the ratios of ASVs of one
 * parent.
 *
 * @throws SeqError `OPTION_INVALID`, also when applied without a pool; when applied, `COUNTS_NOT_INTEGER`
 * @remarks Gordon-Rodriguez et al. draw the share evenly (here `alpha` 1) and mix within a class only; with mixed labels any
 *   two samples will do.
 * @see Gordon-Rodriguez, Quinn & Cunningham 2022 (compositional CutMix), doi:10.48550/arXiv.2205.09906; Yun et al. 2019,
 *   "CutMix", doi:10.1109/ICCV.2019.00612
 */
export function cutCommunities({ alpha = 1 }: MixCommunitiesOptions = {}): CommunityStep {
  const name = 'cutCommunities';
  requireBetween(name, 'alpha', alpha, { above: 0, maximum: Number.MAX_VALUE });
  return {
    acts: 'community',
    name,
    settings: { alpha },
    mixesSamples: true,
    apply: (community, draws, pool) => {
      const other = partnerOf(name, community, draws, pool);
      if (other === undefined) return community;
      const depth = Math.min(readsOf(community), readsOf(other));
      const [mine, theirs] = [community, other].map((parent) => withCounts(parent, drawn(parent, depth, draws)));
      const share = symmetricBeta(alpha, draws);
      let own = 0;
      const cut = mergeCounts(mine!, theirs!, (a, b) => {
        const isOwn = draws.chance(share);
        if (isOwn) own += a;
        return isOwn ? a : b;
      });
      if (cut.counts.length === 0) return community;
      return { ...cut, labels: mixedLabels(community, other, own / readsOf(cut)) };
    },
  };
}

/** Another sample of the pool, each equally likely; undefined if the pool has no other. */
function partnerOf(
  step: string,
  community: Community,
  draws: Draws,
  pool: CommunityPool | undefined,
): Community | undefined {
  if (pool === undefined) {
    throw dataError('OPTION_INVALID', `${step}: there is no pool of samples to mix with. Give one with the key.`);
  }
  requireReads(step, community);
  if (pool.size === 0 || (pool.size === 1 && pool.communityAt(0).sampleId === community.sampleId)) return undefined;
  for (;;) {
    const other = pool.communityAt(draws.below(pool.size));
    if (other.sampleId === community.sampleId) continue;
    requireReads(step, other);
    return other;
  }
}

/** Reads of a community: without replacement where it has enough. */
function drawn(community: Community, depth: number, draws: Draws): Float64Array {
  return depth <= readsOf(community)
    ? rarefySample(community.counts, depth, draws)
    : multinomial(community.counts, depth, draws);
}
