// Computes a part of the distance matrix of a table, so that several machines can share the work. Knows no file.
import type { FeatureTable } from '@seq/data';
import { pairPosition } from '../matrix/distance-rows.js';
import type { Phylogeny } from '../phylogeny/phylogeny.js';
import { createUnifrac } from '../unifrac/create-unifrac.js';
import { droppedFeatures, emptySamples as findEmptySamples, refuseEmptySamples } from '../unifrac/dropped-reads.js';
import { countsOf, runJob, threadsArgument } from '../unifrac/run-job.js';
import { concatenatedSamples, rowsOfCounts } from '../unifrac/sample-rows.js';
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
  const { emptySamples = 'zero' } = options;
  const size = table.sampleIds.length;
  const { firstRow, endRow } = rowsOfPart(size, options.part, options.partCount);
  const threads = threadsArgument('unifracPart', options.threads);
  const metric = metricArguments('unifracPart', options);
  using unifrac = createUnifrac(tree, table.featureIds, { ...options, sampleIds: table.sampleIds });
  const { missingFeatureIds } = unifrac;
  if (missingFeatureIds.length > 0) options.onDropped?.(droppedFeatures(table, missingFeatureIds));
  const empty = emptySamples === 'zero' ? [] : findEmptySamples(table, missingFeatureIds);
  if (emptySamples === 'error') refuseEmptySamples('unifracPart', table, empty);
  const space = spaceOf(unifrac);
  const counts = countsOf(table);
  const rows = rowsOfCounts(counts, firstRow, endRow);
  const later = rowsOfCounts(counts, endRow, size);
  const shared = progressOf(options, pairsInRows(size, firstRow, endRow));
  const within = await runJob((job) => space.distancesLater(rows, metric, threads, job), shared(0));
  const height = endRow - firstRow;
  const both = concatenatedSamples(rows, later);
  const between = await runJob(
    (job) => space.distancesLater(both, { ...metric, rows: height }, threads, job),
    shared(within.length),
  );
  const distances = joined({ within, between, height, width: size - endRow });
  for (const row of empty) {
    if (row < firstRow || row >= endRow) continue;
    for (const column of empty) {
      if (row < column) distances[pairPosition(size, row, column) - pairsInRows(size, 0, firstRow)] = Number.NaN;
    }
  }
  const description = describe(options);
  return { ids: table.sampleIds, firstRow, endRow, fingerprint: fingerprintOf(table, tree), description, distances };
}

/** Rows of the triangle from the pairs within the rows and those with later samples. */
function joined(of: {
  readonly within: Float64Array;
  readonly between: Float64Array;
  readonly height: number;
  readonly width: number;
}): Float64Array<ArrayBuffer> {
  const { within, between, height, width } = of;
  const distances = new Float64Array(within.length + between.length);
  let [from, to] = [0, 0];
  for (let row = 0; row < height; row++) {
    const own = height - row - 1;
    distances.set(within.subarray(from, from + own), to);
    distances.set(between.subarray(row * width, (row + 1) * width), to + own);
    from += own;
    to += own + width;
  }
  return distances;
}

/** Progress over both computations. */
function progressOf(
  { signal, onProgress }: UnifracPartOptions,
  pairsTotal: number,
): (before: number) => Pick<UnifracPartOptions, 'signal' | 'onProgress'> {
  if (onProgress === undefined) return () => ({ signal });
  return (before) => ({
    signal,
    onProgress: ({ pairsDone }) => onProgress({ pairsDone: before + pairsDone, pairsTotal }),
  });
}

/** Everything that the numbers depend on besides table and tree. */
function describe(options: UnifracPartOptions): string {
  const { metric = 'unweighted', alpha, varianceAdjusted = false } = options;
  const { bypassTips = false, lengthPrecision = 'f64', missing = 'error', emptySamples = 'zero' } = options;
  const absolute = options.normalizeSampleCounts === false ? { normalizeSampleCounts: false } : {};
  const described = {
    metric,
    alpha,
    varianceAdjusted,
    bypassTips,
    lengthPrecision,
    missing,
    emptySamples,
    ...absolute,
  };
  return JSON.stringify(described);
}
