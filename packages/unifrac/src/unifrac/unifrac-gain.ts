// UniFrac gain: what one sample has on a tree that another lacks. Knows no file.
import type { FeatureTable } from '@seq/data';
import { unifracError } from '../errors.js';
import { callNativeLater } from '../native.js';
import type { Phylogeny } from '../phylogeny/phylogeny.js';
import { createUnifrac, type TreeOptions } from './create-unifrac.js';
import { type DroppedFeatures, droppedFeatures } from './dropped-reads.js';
import { countsOf, type DistanceJobOptions, runJob, threadsArgument } from './run-job.js';
import { spaceOf } from './unifrac.js';

/** Options of {@link unifracGain}. */
export interface UnifracGainOptions extends TreeOptions, DistanceJobOptions {
  /** Told before the computation what `missing: 'drop'` left out, if anything. Default: nobody. */
  readonly onDropped?: ((dropped: DroppedFeatures) => void) | undefined;
}

/** Gains between N samples: a square that is not symmetric, so no distance matrix. */
export interface GainMatrix {
  /** Names of the N samples. */
  readonly sampleIds: readonly string[];
  /** What the row has that the column lacks, shape [N, N], row by row, in the unit of the tree; 0 on the diagonal. */
  readonly gains: Float64Array;
  /** What sample `i` has that sample `j` lacks, by row. */
  gain(i: number, j: number): number;
}

/**
 * UniFrac gain of every two samples: `sum L x_i (1 - x_j)`, the length of the branches that sample `i` has and sample `j` lacks.
 * Both directions together are the unnormalised unweighted UniFrac, and a sample gains nothing over one that has all its branches.
 *
 * @param table - counts, shape [N, M]; only presence matters.
 * @param tree - rooted; every feature of the table is a tip, unless `missing: 'drop'`.
 * @throws SeqError `FEATURES_NOT_IN_TREE`, `OPTION_INVALID`, `THREADS_UNAVAILABLE`, `PHYLOGENY_DISPOSED`.
 * @remarks Memory: N² numbers of 8 bytes. Gains below 2^-56 of the length of the whole tree are taken as 0.
 * @see Lozupone & Knight 2005, doi:10.1128/AEM.71.12.8228-8235.2005 for the sum of both directions
 */
export async function unifracGain(
  table: FeatureTable,
  tree: Phylogeny,
  options: UnifracGainOptions = {},
): Promise<GainMatrix> {
  const threads = threadsArgument('unifracGain', options.threads);
  using unifrac = createUnifrac(tree, table.featureIds, { ...options, sampleIds: table.sampleIds });
  const { missingFeatureIds } = unifrac;
  if (missingFeatureIds.length > 0) options.onDropped?.(droppedFeatures(table, missingFeatureIds));
  const { sampleIds } = table;
  const gains = await runJob(
    (job) => callNativeLater((addon) => addon.gainsLater(spaceOf(unifrac), countsOf(table), threads, job)),
    options,
  );
  const gain = (i: number, j: number): number => {
    const found =
      i >= 0 && i < sampleIds.length && j >= 0 && j < sampleIds.length ? gains[i * sampleIds.length + j] : undefined;
    if (found !== undefined) return found;
    throw unifracError(
      'SAMPLE_UNKNOWN',
      `GainMatrix.gain: there is no pair (${i}, ${j}) among ${sampleIds.length} samples.`,
    );
  };
  return { sampleIds, gains, gain };
}
