// The distance matrix of a whole table by its features alone. Knows no tree and no file.
import type { FeatureTable } from '@seq/data';
import { unifracError } from '../errors.js';
import { DistanceMatrix } from '../matrix/distance-matrix.js';
import { callNativeLater } from '../native.js';
import { countsOf, type DistanceJobOptions, runJob, threadsArgument } from '../unifrac/run-job.js';

/** Which distance between two samples; `c` is the count of a feature, and sums go over all features. */
export type CommunityMetric =
  /** `sum |c_i - c_j| / sum (c_i + c_j)` of the counts as they are: in [0, 1]. Depends on sequencing depth; rarefy first. */
  | 'brayCurtis'
  /** Features that one sample has alone, divided by the features that either has: in [0, 1]. */
  | 'jaccard'
  /** `1 - sum min(c_i, c_j) / sum max(c_i, c_j)`, the Ruzicka distance: in [0, 1]. */
  | 'jaccardAbundance'
  /** Euclidean distance of the centred logarithms of `c + pseudocount`: >= 0. */
  | 'aitchison';

/** Options of {@link communityMatrix}. */
export interface CommunityMatrixOptions extends DistanceJobOptions {
  /** See {@link CommunityMetric}. */
  readonly metric: CommunityMetric;
  /** Added to every count, zeros included, before logarithms are taken; above 0. Only `'aitchison'` uses it. Default 1. */
  readonly pseudocount?: number | undefined;
}

const metrics: readonly CommunityMetric[] = ['brayCurtis', 'jaccard', 'jaccardAbundance', 'aitchison'];

/**
 * Distances between every two samples of a table, without a tree.
 *
 * @param table - counts, shape [N, M].
 * @returns distances with the sample ids of the table. Two empty samples are 0 apart.
 * @throws SeqError `OPTION_INVALID`, `THREADS_UNAVAILABLE`.
 * @remarks The same bits for any number of threads and any order of samples. Unlike scikit-bio, two empty samples are not
 *   NaN apart in Bray-Curtis.
 */
export async function communityMatrix(table: FeatureTable, options: CommunityMatrixOptions): Promise<DistanceMatrix> {
  const { metric, pseudocount = 1 } = options;
  if (!metrics.includes(metric)) refuse(`there is no metric "${metric}"; there are ${metrics.join(', ')}`);
  if (!(pseudocount > 0 && pseudocount < Number.POSITIVE_INFINITY)) {
    refuse(`pseudocount is ${pseudocount}; it must be a finite number above 0`);
  }
  const threads = threadsArgument('communityMatrix', options.threads);
  const metricArguments = { metric, pseudocount, featureCount: table.featureIds.length };
  const condensed = await runJob(
    (job) => callNativeLater((addon) => addon.communityDistancesLater(countsOf(table), metricArguments, threads, job)),
    options,
  );
  return new DistanceMatrix(table.sampleIds, condensed);
}

function refuse(found: string): never {
  throw unifracError('OPTION_INVALID', `communityMatrix: ${found}.`);
}
