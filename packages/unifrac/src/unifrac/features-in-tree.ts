// Finds the tips of features and says what to do about those that have none. Knows no distances.
import { firstFew, likelyMismatch } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { findTips, noTip, type Phylogeny } from '../phylogeny/phylogeny.js';

/** What to do with features that are no tips of the tree. */
export type MissingFeatures = 'error' | 'drop';

/** Features matched with the tips of a tree. */
export interface FeaturesInTree {
  /** Native number of each feature's tip, or `noTip`. */
  readonly tips: Uint32Array;
  /** Features without a tip, in their order. */
  readonly missingIds: readonly string[];
}

/** How features are matched. */
export interface FeaturesInTreeOptions {
  /** See {@link MissingFeatures}. */
  readonly missing: MissingFeatures;
  /** Samples of the table, to recognise a transposed one. Default: none. */
  readonly sampleIds?: readonly string[] | undefined;
}

/** The tips of features; with `missing: 'error'`, any feature without one is refused, all at once. */
export function featuresInTree(
  tree: Phylogeny,
  featureIds: readonly string[],
  { missing, sampleIds = [] }: FeaturesInTreeOptions,
): FeaturesInTree {
  const tips = findTips(tree, featureIds);
  const missingIds = featureIds.filter((_, feature) => tips[feature] === noTip);
  if (missingIds.length === 0 || missing === 'drop') return { tips, missingIds };
  const known = new Set(featureIds);
  // Only tips that found no partner can be other spellings.
  const cover = new Set(tree.tipNames.filter((name) => !known.has(name)));
  const advice =
    likelyMismatch({ ids: missingIds, otherAxis: sampleIds, cover }) ??
    'Use a tree that has them, or filter the table.';
  throw unifracError(
    'FEATURES_NOT_IN_TREE',
    `createUnifrac: ${missingIds.length} of ${featureIds.length} features are no tips of the tree ` +
      `(first: ${firstFew(missingIds, 10)}). ${advice} Or drop these features with missing: 'drop'.`,
    { details: { missingCount: missingIds.length, featureCount: featureIds.length, first: missingIds.slice(0, 10) } },
  );
}
