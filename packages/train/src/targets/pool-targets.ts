// How far the samples of a batch are from all training samples taken together: two bounded numbers per sample.
import type { SampleFeatures, Unifrac } from '@seq/unifrac';
import type { BatchValues } from '../trainer/pretraining-options.js';

/** Read counts of samples by feature; a feature table is one. */
export interface PooledSamples {
  /** Start of each sample in the two others, and their length at the end. */
  readonly sampleOffsets: Uint32Array;
  /** Features of the tree by index. */
  readonly featureIndices: Uint32Array;
  /** Their reads, above 0. */
  readonly counts: Float64Array;
}

/**
 * Two numbers in [0, 1] per sample, for the bounded head of encoders of type `combined`: the unweighted and the weighted
 * normalised UniFrac distance between the sample and the pooled community, in which every pooled sample weighs the same.
 *
 * @param unifrac - prepared for the features of the batches.
 * @param pool - the training samples.
 */
export function poolTargets(unifrac: Unifrac, pool: PooledSamples): BatchValues {
  const community = pooled(pool);
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

/** One sample whose parts are the means of the parts of all. */
function pooled({ sampleOffsets, featureIndices, counts }: PooledSamples): SampleFeatures {
  const parts = new Map<number, number>();
  for (let sample = 0; sample + 1 < sampleOffsets.length; sample++) {
    const [start, end] = [sampleOffsets[sample]!, sampleOffsets[sample + 1]!];
    const reads = counts.subarray(start, end).reduce((sum, count) => sum + count, 0);
    for (let i = start; i < end; i++) {
      const feature = featureIndices[i]!;
      parts.set(feature, (parts.get(feature) ?? 0) + counts[i]! / reads);
    }
  }
  const features = Uint32Array.from(parts.keys()).sort();
  return {
    offsets: Uint32Array.of(0, features.length),
    features,
    counts: Float64Array.from(features, (feature) => parts.get(feature)!),
  };
}
