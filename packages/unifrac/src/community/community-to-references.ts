// Distances without a tree of all samples of a table to a few of them. Knows no file.
import type { FeatureTable } from '@seq/data';
import type { ReferenceDistances } from '../matrix/read-reference-distances.js';
import { callNativeLater } from '../native.js';
import { emptySamplesRule, undefinedSamples } from '../unifrac/empty-samples.js';
import { referenceRows, withReferences } from '../unifrac/reference-rows.js';
import { countsOf, runJob, threadsArgument } from '../unifrac/run-job.js';
import { communityMetricArguments } from './community-arguments.js';
import type { CommunityMatrixOptions } from './community-matrix.js';

/** Options of {@link communityToReferences}. */
export interface CommunityToReferencesOptions extends CommunityMatrixOptions {
  /** Samples of the table that all others are compared with, R of them, each once. */
  readonly referenceIds: readonly string[];
}

/**
 * Distances of every sample of a table to each reference, without a tree: R columns of the matrix of {@link communityMatrix}, to
 * the last bit, without the others.
 *
 * @returns shape [N, R]; a reference is 0 apart from itself.
 * @throws SeqError as {@link communityMatrix}, and `SAMPLE_UNKNOWN` for references that the table does not have.
 */
export async function communityToReferences(
  table: FeatureTable,
  options: CommunityToReferencesOptions,
): Promise<ReferenceDistances> {
  const asked = 'communityToReferences';
  const { referenceIds } = options;
  const metric = communityMetricArguments(asked, table, options, table.sampleIds.length);
  const threads = threadsArgument(asked, options.threads);
  const columns = referenceRows(asked, table, referenceIds);
  const empty = new Set(undefinedSamples(asked, table, { rule: emptySamplesRule(asked, options.emptySamples) }));
  const both = withReferences(countsOf(table), columns);
  const distances = await runJob(
    (job) => callNativeLater((addon) => addon.communityDistancesLater(both, metric, threads, job)),
    options,
  );
  for (const row of empty) {
    for (const [column, reference] of columns.entries()) {
      if (row !== reference && empty.has(reference)) distances[row * columns.length + column] = Number.NaN;
    }
  }
  return { sampleIds: table.sampleIds, referenceIds, referenceCount: referenceIds.length, distances };
}
