// Prepares a tree for the features of a table.
import { callNative } from '../native.js';
import { oneOf } from '../one-of.js';
import { handleOf, type Phylogeny } from '../phylogeny/phylogeny.js';
import { featuresInTree, type MissingFeatures } from './features-in-tree.js';
import { type Unifrac, unifracOf } from './unifrac.js';

/** How a tree is taken; options of {@link createUnifrac} and of every function that needs a tree. */
export interface TreeOptions {
  /**
   * Features that are no tips of the tree: refuse them, or leave them out as if they had no reads, totals included.
   * Default `'error'`.
   */
  readonly missing?: MissingFeatures | undefined;
  /** Takes every branch that ends in a tip as 0 long, as `ssu -f` does. Default false. */
  readonly bypassTips?: boolean | undefined;
  /**
   * Branch lengths as written, or each rounded to 32 bits first, as `ssu` of unifrac-binaries reads them. Default `'f64'`.
   */
  readonly lengthPrecision?: 'f64' | 'f32' | undefined;
  /**
   * Whether measures of abundance look at the part of a sample's reads below a branch, or with `false` at the reads
   * themselves, as absolute quantities ask for; `--normalize-sample-counts` of `ssu`. Not with `varianceAdjusted`. Default true.
   */
  readonly normalizeSampleCounts?: boolean | undefined;
}

/** Options of {@link createUnifrac}. */
export interface CreateUnifracOptions extends TreeOptions {
  /** Samples of the table, only to recognise a transposed one in the error. Default: none. */
  readonly sampleIds?: readonly string[] | undefined;
}

/**
 * Prepares a phylogeny for a list of features, so that samples given by feature indices can be compared at once.
 *
 * @param tree - rooted; may have more tips than there are features, which changes no distance. It may be disposed
 *   afterwards.
 * @param featureIds - ids of the M features, usually `table.featureIds`; each must be the name of a tip.
 * @throws SeqError `FEATURES_NOT_IN_TREE` with the count, the first ten and a guess at the reason; `PHYLOGENY_DISPOSED`;
 *   `OPTION_INVALID`.
 */
export function createUnifrac(
  tree: Phylogeny,
  featureIds: readonly string[],
  options: CreateUnifracOptions = {},
): Unifrac {
  const { bypassTips = false, sampleIds } = options;
  const missing = oneOf('createUnifrac', { name: 'missing', given: options.missing, values: ['error', 'drop'] });
  const lengthPrecision = oneOf('createUnifrac', {
    name: 'lengthPrecision',
    given: options.lengthPrecision,
    values: ['f64', 'f32'],
  });
  const isAbsolute = options.normalizeSampleCounts === false;
  const { tips, missingIds } = featuresInTree(tree, featureIds, { missing, sampleIds });
  const space = callNative(
    (addon) => new addon.SpaceHandle(handleOf(tree), tips, bypassTips, lengthPrecision === 'f32', isAbsolute),
  );
  return unifracOf(space, featureIds, missingIds);
}
