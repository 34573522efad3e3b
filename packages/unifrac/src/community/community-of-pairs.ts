// Distances without a tree of chosen pairs of samples. Knows no file.
import type { FeatureTable } from '@seq/data';
import { callNativeLater } from '../native.js';
import { emptySamplesRule, undefinedSamples } from '../unifrac/empty-samples.js';
import { requirePairs } from '../unifrac/pairs-argument.js';
import { countsOf, runJob, threadsArgument } from '../unifrac/run-job.js';
import { withoutEmptyPairs } from '../unifrac/unifrac-of-pairs.js';
import { communityMetricArguments } from './community-arguments.js';
import type { CommunityMatrixOptions } from './community-matrix.js';

/** Options of {@link communityOfPairs}. */
export interface CommunityOfPairsOptions extends CommunityMatrixOptions {
  /** Rows of the samples of each pair in the table, two numbers per pair, in any order, repeated if need be. */
  readonly pairs: Uint32Array;
}

/**
 * Distances of chosen pairs of samples without a tree: numbers of the matrix of {@link communityMatrix}, to the last bit, without
 * the others.
 *
 * @returns one distance per pair, in the order of the pairs; a sample and itself are 0 apart.
 * @throws SeqError as {@link communityMatrix}, and `PAIRS_INVALID` for half a pair or rows that the table does not have.
 */
export async function communityOfPairs(table: FeatureTable, options: CommunityOfPairsOptions): Promise<Float64Array> {
  const asked = 'communityOfPairs';
  const { pairs } = options;
  const metric = communityMetricArguments(asked, table, options);
  const threads = threadsArgument(asked, options.threads);
  requirePairs(asked, pairs, table.sampleIds.length);
  const empty = undefinedSamples(asked, table, { rule: emptySamplesRule(asked, options.emptySamples) });
  const distances = await runJob(
    (job) => callNativeLater((addon) => addon.communityPairsLater(countsOf(table), metric, pairs, threads, job)),
    options,
  );
  return withoutEmptyPairs(distances, pairs, new Set(empty));
}
