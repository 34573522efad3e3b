// The distance matrix of a whole table. Knows no file.
import type { FeatureTable } from '@seq/data';
import { DistanceMatrix } from '../matrix/distance-matrix.js';
import { pairPosition } from '../matrix/distance-rows.js';
import type { Phylogeny } from '../phylogeny/phylogeny.js';
import { createUnifrac, type TreeOptions } from './create-unifrac.js';
import { type DroppedFeatures, droppedFeatures } from './dropped-reads.js';
import { type EmptySamples, emptySamplesRule, undefinedSamples } from './empty-samples.js';
import { countsOf, type DistanceJobOptions, runJob, threadsArgument } from './run-job.js';
import { spaceOf } from './unifrac.js';
import { metricArguments, type UnifracMetricOptions } from './unifrac-metric.js';

/** Options of {@link unifracMatrix}. */
export interface UnifracMatrixOptions extends UnifracMetricOptions, TreeOptions, DistanceJobOptions {
  /** See {@link EmptySamples}. Default `'zero'`. */
  readonly emptySamples?: EmptySamples | undefined;
  /** Told before the computation what `missing: 'drop'` left out, if anything. Default: nobody. */
  readonly onDropped?: ((dropped: DroppedFeatures) => void) | undefined;
}

/**
 * UniFrac between every two samples of a table.
 *
 * @param table - counts, shape [N, M].
 * @param tree - rooted; every feature of the table is a tip, unless `missing: 'drop'`. Lengths >= 0, any unit.
 * @returns distances with the sample ids of the table.
 * @throws SeqError `FEATURES_NOT_IN_TREE`, `SAMPLE_EMPTY` with `emptySamples: 'error'`, `OPTION_INVALID`,
 *   `THREADS_UNAVAILABLE`, `PHYLOGENY_DISPOSED`.
 * @remarks Within 1e-6, or 1e-12 with `precision: 'exact'`. Unlike `ssu`, two empty samples are 0 apart and not NaN, and
 *   lengths are not rounded to 32 bits, see `lengthPrecision`; unlike scikit-bio, a length on the root is not counted.
 *   Memory: N(N-1)/2 numbers of 12 bytes, then 8, and for weighted metrics 8 bytes for every branch of every sample, or 16
 *   with `precision: 'exact'`. {@link unifracBlocks} needs nothing that grows with N².
 * @see Lozupone & Knight 2005, doi:10.1128/AEM.71.12.8228-8235.2005; Lozupone et al. 2007, doi:10.1128/AEM.01996-06;
 *   generalised: Chen et al. 2012, doi:10.1093/bioinformatics/bts342; variance-adjusted: Chang et al. 2011,
 *   doi:10.1186/1471-2105-12-118
 */
export async function unifracMatrix(
  table: FeatureTable,
  tree: Phylogeny,
  options: UnifracMatrixOptions = {},
): Promise<DistanceMatrix> {
  const rule = emptySamplesRule('unifracMatrix', options.emptySamples);
  const metric = metricArguments('unifracMatrix', options);
  const threads = threadsArgument('unifracMatrix', options.threads);
  using unifrac = createUnifrac(tree, table.featureIds, { ...options, sampleIds: table.sampleIds });
  const { missingFeatureIds } = unifrac;
  if (missingFeatureIds.length > 0) options.onDropped?.(droppedFeatures(table, missingFeatureIds));
  const empty = undefinedSamples('unifracMatrix', table, { rule, missingIds: missingFeatureIds });
  const counts = countsOf(table);
  const condensed = await runJob((job) => spaceOf(unifrac).distancesLater(counts, metric, threads, job), options);
  for (const row of empty) {
    for (const column of empty) {
      if (row < column) condensed[pairPosition(table.sampleIds.length, row, column)] = Number.NaN;
    }
  }
  return new DistanceMatrix(table.sampleIds, condensed);
}
