// How far the samples of a batch are from all training samples taken together: two bounded numbers per sample.
import type { CommunityBatch } from '@seq/data';
import type { SampleFeatures, Unifrac } from '@seq/unifrac';
import type { BatchValues } from '../trainer/pretraining-options.js';

/**
 * Two numbers in [0, 1] per sample, for the bounded head of encoders of type `combined`: the unweighted and the weighted
 * normalised UniFrac distance between the sample and the pooled community, in which every pooled sample weighs the same.
 *
 * @param unifrac - prepared for the features of the batches.
 * @param batches - hold every training sample once.
 */
export async function poolTargets(
  unifrac: Unifrac,
  batches: Iterable<CommunityBatch> | AsyncIterable<CommunityBatch>,
): Promise<BatchValues> {
  const community = await pooled(batches);
  return ({ presentOffsets, presentFeatures, presentCounts }) => {
    const samples = { offsets: presentOffsets, features: presentFeatures, counts: presentCounts };
    const unweighted = unifrac.distancesBetween(samples, community, { metric: 'unweighted' });
    const weighted = unifrac.distancesBetween(samples, community, { metric: 'weightedNormalized' });
    return Float64Array.from(
      { length: 2 * unweighted.length },
      (_, i) => (i % 2 === 0 ? unweighted : weighted)[i >> 1]!,
    );
  };
}

/** One sample whose parts are the sums of the parts of all. */
async function pooled(batches: Iterable<CommunityBatch> | AsyncIterable<CommunityBatch>): Promise<SampleFeatures> {
  const parts = new Map<number, number>();
  for await (const { presentOffsets, presentFeatures, presentCounts } of batches) {
    for (let sample = 0; sample + 1 < presentOffsets.length; sample++) {
      const [start, end] = [presentOffsets[sample]!, presentOffsets[sample + 1]!];
      const reads = presentCounts.subarray(start, end).reduce((sum, count) => sum + count, 0);
      for (let i = start; i < end; i++) {
        const feature = presentFeatures[i]!;
        parts.set(feature, (parts.get(feature) ?? 0) + presentCounts[i]! / reads);
      }
    }
  }
  const features = Uint32Array.from(parts.keys()).sort();
  return {
    offsets: Uint32Array.of(0, features.length),
    features,
    counts: Float64Array.from(features, (feature) => parts.get(feature)!),
  };
}
