// Distances without a tree between the samples of a mini-batch. Knows no ids and no file.
import { callNativeLater } from '../native.js';
import { type DistanceJobOptions, runJob, threadsArgument } from '../unifrac/run-job.js';
import type { SampleFeatures } from '../unifrac/unifrac.js';
import { communityMetricArguments } from './community-arguments.js';
import type { CommunityMetricOptions } from './community-matrix.js';

/** Options of {@link communityDistances}. */
export interface CommunityDistancesOptions
  extends Pick<CommunityMetricOptions, 'metric' | 'pseudocount'>,
    DistanceJobOptions {
  /** Number of features M that indices of samples count to. */
  readonly featureCount: number;
}

/**
 * Distances between every two samples of a mini-batch without a tree: what {@link Unifrac.distances} is with one, and to the
 * last bit what {@link communityMatrix} gives for a table of the same samples.
 *
 * @param samples - features and counts of B samples; without counts every entry is one read. The arrays must not change
 *   before the promise is kept.
 * @returns condensed form: B(B-1)/2 numbers, the rows of the upper triangle one after the other. Two samples without reads
 *   are 0 apart.
 * @throws SeqError `OPTION_INVALID`, `TABLE_INVALID`, `THREADS_UNAVAILABLE`.
 */
export async function communityDistances(
  samples: SampleFeatures,
  options: CommunityDistancesOptions,
): Promise<Float64Array> {
  const asked = 'communityDistances';
  const metric = communityMetricArguments(asked, options, options);
  const threads = threadsArgument(asked, options.threads);
  const { offsets, features, counts = new Float64Array(features.length).fill(1) } = samples;
  return await runJob(
    (job) =>
      callNativeLater((addon) => addon.communityDistancesLater({ offsets, features, counts }, metric, threads, job)),
    options,
  );
}
