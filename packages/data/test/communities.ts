// Communities for tests of augmentation. Nothing here is under test.
import fc from 'fast-check';
import { augment } from '../src/augmentation/augment.js';
import type { CommunityPool, CommunityStep } from '../src/augmentation/augmentation-step.js';
import type { Community } from '../src/augmentation/community.js';

/** A community of a row of counts. */
export const communityOf = (sampleId: string, row: readonly number[], labels?: readonly number[]): Community => {
  const features = [...row.keys()].filter((feature) => row[feature]! > 0);
  return {
    sampleId,
    features: Uint32Array.from(features),
    counts: Float64Array.from(features, (feature) => row[feature]!),
    labels: labels && Float64Array.from(labels),
  };
};
/** Counts by feature. */
export const countsOf = (community: Community): Map<number, number> =>
  new Map(Array.from(community.features, (feature, i) => [feature, community.counts[i]!]));
/** A pool of the given communities. */
export const poolOf = (...communities: Community[]): CommunityPool => ({
  size: communities.length,
  communityAt: (index) => communities[index]!,
});
/** Counts of six features, not all zero. */
export const anyRow = fc
  .array(fc.constantFrom(0, 0, 1, 2, 5, 30), { minLength: 6, maxLength: 6 })
  .filter((row) => row.some((count) => count > 0));
/** An epoch. */
export const anyEpoch = fc.nat(1000);
/** A step applied to a community with seed 5. */
export const apply = (step: CommunityStep, community: Community, epoch: number, pool?: CommunityPool): Community =>
  augment([step]).community(community, { seed: 5, epoch, pool });

/** Mean of each count over many epochs. */
export const meanCounts = (
  step: CommunityStep,
  row: readonly number[],
  times = 4000,
  pool?: CommunityPool,
): number[] => {
  const sums = row.map(() => 0);
  for (let epoch = 0; epoch < times; epoch++) {
    for (const [feature, count] of countsOf(apply(step, communityOf('s', row), epoch, pool))) sums[feature]! += count;
  }
  return sums.map((sum) => sum / times);
};
