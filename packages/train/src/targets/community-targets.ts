// Distances of a batch without a tree, computed from its own counts when the batch is made. It knows no file.
import { type CommunityMetric, type CommunityMetricOptions, communityDistances } from '@seq/unifrac';
import type { BatchDistances } from '../trainer/pretraining-objective.js';

/** Options of {@link communityTargets}. */
export interface CommunityTargetsOptions extends Pick<CommunityMetricOptions, 'metric' | 'pseudocount'> {
  /** Number of features that batches name by index, usually `dataset.featureIds.length`. */
  readonly featureCount: number;
}

/** Largest values other than 1; `'aitchison'` has none. */
const LARGEST: Readonly<Partial<Record<CommunityMetric, number>>> = {
  hellinger: Math.SQRT2,
  euclideanRelative: Math.SQRT2,
};

/**
 * Distances between the samples of a batch without a tree as targets of training, from what the samples hold after rarefaction
 * and augmentation. Those of `'hellinger'` and `'euclideanRelative'` are divided by √2, their largest value, so that all but
 * those of `'aitchison'` lie in [0, 1]; these become targets by {@link boundedTargets}.
 *
 * They are computed on another thread. {@link Trainer} waits for them before each step; whoever asks an objective for losses
 * without it awaits its `prepare` first.
 */
export function communityTargets(options: CommunityTargetsOptions): BatchDistances {
  const largest = LARGEST[options.metric] ?? 1;
  return async ({ presentOffsets, presentFeatures, presentCounts }) => {
    const samples = { offsets: presentOffsets, features: presentFeatures, counts: presentCounts };
    // The threads of the process are busy with steps; the numbers do not depend on how many there are.
    const distances = await communityDistances(samples, { ...options, threads: 1 });
    return largest === 1 ? distances : distances.map((distance) => Math.min(distance / largest, 1));
  };
}
