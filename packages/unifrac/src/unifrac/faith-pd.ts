// Faith's phylogenetic diversity of a whole table. Knows no file.
import type { FeatureTable } from '@seq/data';
import { callNative } from '../native.js';
import type { Phylogeny } from '../phylogeny/phylogeny.js';
import { createUnifrac, type TreeOptions } from './create-unifrac.js';
import { type DroppedFeatures, droppedFeatures } from './dropped-reads.js';
import { countsOf } from './run-job.js';
import { spaceOf } from './unifrac.js';

/** Options of {@link faithPd}. */
export interface FaithPdOptions extends TreeOptions {
  /** Told what `missing: 'drop'` left out, if anything. Default: nobody. */
  readonly onDropped?: ((dropped: DroppedFeatures) => void) | undefined;
}

/**
 * Faith's phylogenetic diversity of each sample: the sum of all branch lengths between its features and the root.
 *
 * @param table - counts, shape [N, M]; only presence matters.
 * @param tree - rooted; every feature of the table is a tip, unless `missing: 'drop'`.
 * @returns N numbers in the unit of the tree, in the order of the samples; 0 for a sample without reads in the tree.
 * @throws SeqError `FEATURES_NOT_IN_TREE`, `PHYLOGENY_DISPOSED`.
 * @remarks Unlike `faithpd` of unifrac-binaries, samples whose counts sum to less than 1 are kept; unlike scikit-bio, a
 *   length on the root is not counted.
 * @see Faith 1992, doi:10.1016/0006-3207(92)91201-3
 */
export function faithPd(table: FeatureTable, tree: Phylogeny, options: FaithPdOptions = {}): Float64Array {
  using unifrac = createUnifrac(tree, table.featureIds, { ...options, sampleIds: table.sampleIds });
  if (unifrac.missingFeatureIds.length > 0) options.onDropped?.(droppedFeatures(table, unifrac.missingFeatureIds));
  return callNative(() => spaceOf(unifrac).faithPd(countsOf(table)));
}
