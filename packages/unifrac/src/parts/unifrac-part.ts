// Computes a part of the distance matrix of a table, so that several machines can share the work. Knows no file.
import type { FeatureTable } from '@seq/data';
import { pairPosition } from '../matrix/distance-rows.js';
import { callNativeLater, type PreparedHandle } from '../native.js';
import type { Phylogeny } from '../phylogeny/phylogeny.js';
import { createUnifrac } from '../unifrac/create-unifrac.js';
import { droppedFeatures } from '../unifrac/dropped-reads.js';
import { emptySamplesRule, undefinedSamples } from '../unifrac/empty-samples.js';
import { countsOf, runJob, threadsArgument } from '../unifrac/run-job.js';
import { spaceOf } from '../unifrac/unifrac.js';
import type { UnifracMatrixOptions } from '../unifrac/unifrac-matrix.js';
import { metricArguments } from '../unifrac/unifrac-metric.js';
import { type DistancePart, pairsInRows, rowsOfPart } from './distance-part.js';
import { fingerprintOf } from './fingerprint.js';

/** Options of {@link unifracPart}. */
export interface UnifracPartOptions extends UnifracMatrixOptions {
  /** Which part, from 1 to `partCount`. */
  readonly part: number;
  /** How many parts the matrix is computed in; they hold about as many pairs each. */
  readonly partCount: number;
}

/**
 * One part of {@link unifracMatrix}: some rows of its upper triangle, to be computed on one of several machines and joined by
 * {@link mergeDistanceParts}. Joined parts are the whole matrix to the last bit.
 *
 * @throws SeqError as {@link unifracMatrix}, and `OPTION_INVALID` if there is no such part.
 */
export async function unifracPart(
  table: FeatureTable,
  tree: Phylogeny,
  options: UnifracPartOptions,
): Promise<DistancePart> {
  const rule = emptySamplesRule('unifracPart', options.emptySamples);
  const size = table.sampleIds.length;
  const { firstRow, endRow } = rowsOfPart(size, options.part, options.partCount);
  const threads = threadsArgument('unifracPart', options.threads);
  const metric = metricArguments('unifracPart', options);
  using unifrac = createUnifrac(tree, table.featureIds, { ...options, sampleIds: table.sampleIds });
  const { missingFeatureIds } = unifrac;
  if (missingFeatureIds.length > 0) options.onDropped?.(droppedFeatures(table, missingFeatureIds));
  const empty = undefinedSamples('unifracPart', table, { rule, missingIds: missingFeatureIds });
  const prepared = await callNativeLater(() => spaceOf(unifrac).prepareLater(countsOf(table), metric, threads));
  const distances = await computed(prepared, firstRow, endRow, options);
  for (const row of empty) {
    if (row < firstRow || row >= endRow) continue;
    for (const column of empty) {
      if (row < column) distances[pairPosition(size, row, column) - pairsInRows(size, 0, firstRow)] = Number.NaN;
    }
  }
  const description = describe(options);
  return { ids: table.sampleIds, firstRow, endRow, fingerprint: fingerprintOf(table, tree), description, distances };
}

async function computed(
  prepared: PreparedHandle,
  firstRow: number,
  endRow: number,
  options: UnifracPartOptions,
): Promise<Float64Array<ArrayBuffer>> {
  try {
    return new Float64Array(await runJob((job) => prepared.rowsLater(firstRow, endRow, job), options));
  } finally {
    prepared.dispose();
  }
}

/** Everything that the numbers depend on besides table and tree. */
function describe(options: UnifracPartOptions): string {
  const { metric = 'unweighted', alpha, varianceAdjusted = false, precision = 'default' } = options;
  const { bypassTips = false, lengthPrecision = 'f64', missing = 'error', emptySamples = 'zero' } = options;
  const absolute = options.normalizeSampleCounts === false ? { normalizeSampleCounts: false } : {};
  const described = {
    metric,
    alpha,
    varianceAdjusted,
    precision,
    bypassTips,
    lengthPrecision,
    missing,
    emptySamples,
    ...absolute,
  };
  return JSON.stringify(described);
}
