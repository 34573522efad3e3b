// The distance matrix of a whole table by its features alone. Knows no tree and no file.
import type { FeatureTable } from '@seq/data';
import { DistanceMatrix } from '../matrix/distance-matrix.js';
import { pairPosition } from '../matrix/distance-rows.js';
import { callNativeLater } from '../native.js';
import { type EmptySamples, emptySamplesRule, undefinedSamples } from '../unifrac/empty-samples.js';
import { countsOf, type DistanceJobOptions, runJob, threadsArgument } from '../unifrac/run-job.js';
import { communityMetricArguments } from './community-arguments.js';

/** Which distance between two samples; `c` is the count of a feature, and sums go over all features. */
export type CommunityMetric =
  /** `sum |c_i - c_j| / sum (c_i + c_j)` of the counts as they are: in [0, 1]. Depends on sequencing depth; rarefy first. */
  | 'brayCurtis'
  /** Features that one sample has alone, divided by the features that either has: in [0, 1]. */
  | 'jaccard'
  /** `1 - sum min(c_i, c_j) / sum max(c_i, c_j)`, the Ruzicka distance: in [0, 1]. */
  | 'jaccardAbundance'
  /** Euclidean distance of the centred logarithms of `c + pseudocount`: >= 0. */
  | 'aitchison'
  /**
   * `sqrt(sum (sqrt p_i - sqrt p_j)^2)` with `p` the part of the sample's reads: in [0, sqrt 2]. As in ecology (vegan), and
   * not divided by sqrt 2 as in probability.
   */
  | 'hellinger'
  /** `sqrt(sum (p_i - p_j)^2)` with `p` the part of the sample's reads: in [0, sqrt 2]. */
  | 'euclideanRelative';

/** Which distance without a tree, and how it is computed. */
export interface CommunityMetricOptions {
  /** See {@link CommunityMetric}. */
  readonly metric: CommunityMetric;
  /** Added to every count, zeros included, before logarithms are taken; above 0. Only `'aitchison'` uses it. Default 1. */
  readonly pseudocount?: number | undefined;
  /** See {@link EmptySamples}. Default `'zero'`. */
  readonly emptySamples?: EmptySamples | undefined;
}

/** Options of {@link communityMatrix}. */
export interface CommunityMatrixOptions extends CommunityMetricOptions, DistanceJobOptions {}

/**
 * Distances between every two samples of a table, without a tree.
 *
 * @param table - counts, shape [N, M].
 * @returns distances with the sample ids of the table. An empty sample and another are apart as if all parts of the empty one
 *   were 0: 1 where the metric ends there.
 * @throws SeqError `OPTION_INVALID`, `SAMPLE_EMPTY` with `emptySamples: 'error'`, `THREADS_UNAVAILABLE`.
 * @remarks The same bits for any number of threads and any order of samples. Unlike scikit-bio, two empty samples are not
 *   NaN apart in Bray-Curtis, unless `emptySamples` says so.
 */
export async function communityMatrix(table: FeatureTable, options: CommunityMatrixOptions): Promise<DistanceMatrix> {
  const asked = 'communityMatrix';
  const metric = communityMetricArguments(asked, table, options);
  const threads = threadsArgument(asked, options.threads);
  const empty = undefinedSamples(asked, table, { rule: emptySamplesRule(asked, options.emptySamples) });
  const condensed = await runJob(
    (job) => callNativeLater((addon) => addon.communityDistancesLater(countsOf(table), metric, threads, job)),
    options,
  );
  for (const row of empty) {
    for (const column of empty) {
      if (row < column) condensed[pairPosition(table.sampleIds.length, row, column)] = Number.NaN;
    }
  }
  return new DistanceMatrix(table.sampleIds, condensed);
}
