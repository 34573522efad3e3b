// UniFrac of all samples of a table to a few of them. Knows no file.
import type { FeatureTable } from '@seq/data';
import type { ReferenceDistances } from '../matrix/read-reference-distances.js';
import type { Phylogeny } from '../phylogeny/phylogeny.js';
import { createUnifrac } from './create-unifrac.js';
import { droppedFeatures } from './dropped-reads.js';
import { emptySamplesRule, undefinedSamples } from './empty-samples.js';
import { referenceRows, withReferences } from './reference-rows.js';
import { countsOf, runJob, threadsArgument } from './run-job.js';
import { spaceOf } from './unifrac.js';
import type { UnifracMatrixOptions } from './unifrac-matrix.js';
import { metricArguments } from './unifrac-metric.js';

/** Options of {@link unifracToReferences}. */
export interface UnifracToReferencesOptions extends UnifracMatrixOptions {
  /** Samples of the table that all others are compared with, R of them, each once. */
  readonly referenceIds: readonly string[];
}

/**
 * UniFrac of every sample of a table to each reference: R columns of the whole matrix, to the last bit, without the others.
 *
 * @param table - counts, shape [N, M], the references among the samples.
 * @returns shape [N, R]; a reference is 0 apart from itself.
 * @throws SeqError as {@link unifracMatrix}, and `SAMPLE_UNKNOWN` for references that the table does not have.
 */
export async function unifracToReferences(
  table: FeatureTable,
  tree: Phylogeny,
  options: UnifracToReferencesOptions,
): Promise<ReferenceDistances> {
  const { referenceIds } = options;
  const asked = 'unifracToReferences';
  const rule = emptySamplesRule(asked, options.emptySamples);
  const metric = metricArguments(asked, options);
  const threads = threadsArgument(asked, options.threads);
  const columns = referenceRows(asked, table, referenceIds);
  using unifrac = createUnifrac(tree, table.featureIds, { ...options, sampleIds: table.sampleIds });
  const { missingFeatureIds } = unifrac;
  if (missingFeatureIds.length > 0) options.onDropped?.(droppedFeatures(table, missingFeatureIds));
  const empty = undefinedSamples(asked, table, { rule, missingIds: missingFeatureIds });
  const counts = countsOf(table);
  const both = withReferences(counts, columns);
  const of = { ...metric, rows: table.sampleIds.length };
  const distances = await runJob((job) => spaceOf(unifrac).distancesLater(both, of, threads, job), options);
  const isEmpty = new Set(empty);
  for (const row of empty) {
    for (const [column, reference] of columns.entries()) {
      if (row !== reference && isEmpty.has(reference)) distances[row * columns.length + column] = Number.NaN;
    }
  }
  return { sampleIds: table.sampleIds, referenceIds, referenceCount: referenceIds.length, distances };
}
