// Faith's phylogenetic diversity of a whole table. Knows no file.
import type { FeatureTable } from '@seq/data';
import { callNativeLater } from '../native.js';
import type { Phylogeny } from '../phylogeny/phylogeny.js';
import { createUnifrac, type TreeOptions } from './create-unifrac.js';
import { type DroppedFeatures, droppedFeatures } from './dropped-reads.js';
import { countsOf, threadsArgument } from './run-job.js';
import { rowsOfCounts } from './sample-rows.js';
import { spaceOf } from './unifrac.js';

/** How far a computation is that goes sample by sample. */
export interface SampleProgress {
  /** Samples done. */
  readonly samplesDone: number;
  /** Samples in all. */
  readonly samplesTotal: number;
}

/** Options of {@link faithPd}. */
export interface FaithPdOptions extends TreeOptions {
  /** Told what `missing: 'drop'` left out, if anything. Default: nobody. */
  readonly onDropped?: ((dropped: DroppedFeatures) => void) | undefined;
  /** Worker threads, at least 1. Default: one per core. The result does not depend on it. */
  readonly threads?: number | undefined;
  /** Ends the computation soon; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then, and when all samples are done. If it throws, the promise is rejected with that. Default: none. */
  readonly onProgress?: ((progress: SampleProgress) => void) | undefined;
}

/** Counts of the table between two looks at the signal. */
const countsAtOnce = 500_000;

/**
 * Faith's phylogenetic diversity of each sample: the sum of all branch lengths between its features and the root.
 *
 * @param table - counts, shape [N, M]; only presence matters.
 * @param tree - rooted; every feature of the table is a tip, unless `missing: 'drop'`.
 * @returns N numbers in the unit of the tree, in the order of the samples; 0 for a sample without reads in the tree.
 * @throws SeqError `FEATURES_NOT_IN_TREE`, `OPTION_INVALID`, `THREADS_UNAVAILABLE`, `PHYLOGENY_DISPOSED`.
 * @remarks Unlike `faithpd` of unifrac-binaries, samples whose counts sum to less than 1 are kept; unlike scikit-bio, a
 *   length on the root is not counted.
 * @see Faith 1992, doi:10.1016/0006-3207(92)91201-3
 */
export async function faithPd(
  table: FeatureTable,
  tree: Phylogeny,
  options: FaithPdOptions = {},
): Promise<Float64Array> {
  const { signal, onProgress } = options;
  const threads = threadsArgument('faithPd', options.threads);
  signal?.throwIfAborted();
  using unifrac = createUnifrac(tree, table.featureIds, { ...options, sampleIds: table.sampleIds });
  if (unifrac.missingFeatureIds.length > 0) options.onDropped?.(droppedFeatures(table, unifrac.missingFeatureIds));
  const counts = countsOf(table);
  const samplesTotal = table.sampleCount;
  const values = new Float64Array(samplesTotal);
  for (let first = 0; first < samplesTotal; ) {
    const end = endOfPart(counts.offsets, first);
    values.set(
      await callNativeLater(() => spaceOf(unifrac).faithPdLater(rowsOfCounts(counts, first, end), threads)),
      first,
    );
    signal?.throwIfAborted();
    onProgress?.({ samplesDone: end, samplesTotal });
    first = end;
  }
  return values;
}

/** The sample behind the last of a part that begins with `first`; at least one is in it. */
function endOfPart(offsets: Uint32Array, first: number): number {
  let end = first + 1;
  while (end + 1 < offsets.length && offsets[end + 1]! - offsets[first]! <= countsAtOnce) end += 1;
  return end;
}
