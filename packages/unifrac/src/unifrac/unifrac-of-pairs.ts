// UniFrac of chosen pairs of samples. Knows no file.
import type { FeatureTable } from '@seq/data';
import { callNativeLater } from '../native.js';
import type { Phylogeny } from '../phylogeny/phylogeny.js';
import { createUnifrac } from './create-unifrac.js';
import { droppedFeatures } from './dropped-reads.js';
import { emptySamplesRule, undefinedSamples } from './empty-samples.js';
import { requirePairs } from './pairs-argument.js';
import { countsOf, runJob, threadsArgument } from './run-job.js';
import { spaceOf } from './unifrac.js';
import type { UnifracMatrixOptions } from './unifrac-matrix.js';
import { metricArguments } from './unifrac-metric.js';

/** Options of {@link unifracOfPairs}. */
export interface UnifracOfPairsOptions extends UnifracMatrixOptions {
  /** Rows of the samples of each pair in the table, two numbers per pair, in any order, repeated if need be. */
  readonly pairs: Uint32Array;
}

/**
 * UniFrac of chosen pairs of samples, without the rest of the matrix.
 *
 * @param table - counts, shape [N, M].
 * @returns one distance per pair, in the order of the pairs; a sample and itself are 0 apart. Within 1e-12 of the definitions,
 *   whatever precision is asked for.
 * @throws SeqError as {@link unifracMatrix}, and `PAIRS_INVALID` for half a pair or rows that the table does not have.
 * @remarks Pairs of the same row are computed together, so many partners of few samples cost least. The same bits for any number
 *   of threads and any choice and order of pairs.
 */
export async function unifracOfPairs(
  table: FeatureTable,
  tree: Phylogeny,
  options: UnifracOfPairsOptions,
): Promise<Float64Array> {
  const asked = 'unifracOfPairs';
  const { pairs } = options;
  const rule = emptySamplesRule(asked, options.emptySamples);
  const metric = metricArguments(asked, options);
  const threads = threadsArgument(asked, options.threads);
  requirePairs(asked, pairs, table.sampleIds.length);
  using unifrac = createUnifrac(tree, table.featureIds, { ...options, sampleIds: table.sampleIds });
  const { missingFeatureIds } = unifrac;
  if (missingFeatureIds.length > 0) options.onDropped?.(droppedFeatures(table, missingFeatureIds));
  const wanted = new Uint8Array(table.sampleIds.length);
  for (const sample of pairs) wanted[sample] = 1;
  const isWanted = (sample: number): boolean => wanted[sample] === 1;
  const empty = undefinedSamples(asked, table, { rule, missingIds: missingFeatureIds, isWanted });
  const counts = countsOf(table);
  const distances = await runJob(
    (job) => callNativeLater((addon) => addon.treePairsLater(spaceOf(unifrac), counts, metric, pairs, threads, job)),
    options,
  );
  return withoutEmptyPairs(distances, pairs, new Set(empty));
}

/** Sets pairs of two different empty samples to NaN. */
export function withoutEmptyPairs(
  distances: Float64Array,
  pairs: Uint32Array,
  empty: ReadonlySet<number>,
): Float64Array {
  if (empty.size === 0) return distances;
  for (let pair = 0; pair < distances.length; pair++) {
    const [i, j] = [pairs[2 * pair]!, pairs[2 * pair + 1]!];
    if (i !== j && empty.has(i) && empty.has(j)) distances[pair] = Number.NaN;
  }
  return distances;
}
