// Finds the tips of features and says what to do about those that have none. Knows no distances.
import { firstFew } from '@seq/data/files';
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
export interface FeaturesInTreeOptions extends FeaturesWithoutTipOptions {
  /** See {@link MissingFeatures}. */
  readonly missing: MissingFeatures;
}

/** The tips of features; with `missing: 'error'`, any feature without one is refused, all at once. */
export function featuresInTree(
  tree: Phylogeny,
  featureIds: readonly string[],
  options: FeaturesInTreeOptions,
): FeaturesInTree {
  const tips = findTips(tree, featureIds);
  const missingIds = featureIds.filter((_, feature) => tips[feature] === noTip);
  if (missingIds.length > 0 && options.missing === 'error') {
    const reason = likelyReason(tree, missingIds, options.sampleIds ?? []);
    const hint =
      reason === undefined
        ? "Use a tree that has them, filter the table, or drop these features with missing: 'drop'."
        : `${reason} Make them agree, or drop these features with missing: 'drop'.`;
    throw unifracError(
      'FEATURES_NOT_IN_TREE',
      `createUnifrac: ${missingIds.length} of ${featureIds.length} features are no tips of the tree ` +
        `(first: ${firstFew(missingIds, 10)}). ${hint}`,
      { details: { missingCount: missingIds.length, featureCount: featureIds.length, first: missingIds.slice(0, 10) } },
    );
  }
  return { tips, missingIds };
}

/** Features that a tree does not have, and why. */
export interface FeaturesWithoutTip {
  /** Features that are no tips, in their order. */
  readonly missingIds: readonly string[];
  /** A sentence on why most of them may be none: a transposed table, quotes, underscores, blanks, case; else undefined. */
  readonly likelyReason: string | undefined;
}

/** Options of {@link featuresWithoutTip}. */
export interface FeaturesWithoutTipOptions {
  /** Samples of the table, to recognise a transposed one. Default: none. */
  readonly sampleIds?: readonly string[] | undefined;
}

/**
 * Which features are no tips of a tree, and why that may be.
 *
 * @param featureIds - ids of features, usually `table.featureIds`.
 * @throws SeqError `PHYLOGENY_DISPOSED`.
 */
export function featuresWithoutTip(
  tree: Phylogeny,
  featureIds: readonly string[],
  { sampleIds = [] }: FeaturesWithoutTipOptions = {},
): FeaturesWithoutTip {
  const { missingIds } = featuresInTree(tree, featureIds, { missing: 'drop' });
  const reason = missingIds.length === 0 ? undefined : likelyReason(tree, missingIds, sampleIds);
  return { missingIds, likelyReason: reason };
}

/** Changes to an id that might turn it into the name of a tip, with what they tell. */
const repairs: readonly (readonly [reason: string, repair: (id: string) => string])[] = [
  ['the tree has blanks where the table has underscores', (id) => id.replaceAll('_', ' ')],
  ['the tree has underscores where the table has blanks', (id) => id.replaceAll(' ', '_')],
  ['ids of the table have blanks at their ends', (id) => id.trim()],
  ['ids of the table are in quotes', (id) => id.replace(/^(['"])(.*)\1$/s, '$2')],
  ['names in the tree are in quotes of their own', (id) => `'${id}'`],
  ['names in the tree are in quotes of their own', (id) => `"${id}"`],
  ['only upper and lower case differ', (id) => id.toLowerCase()],
  ['only upper and lower case differ', (id) => id.toUpperCase()],
];

const probed = 1000;

function likelyReason(
  tree: Phylogeny,
  missingIds: readonly string[],
  sampleIds: readonly string[],
): string | undefined {
  const found = (names: readonly string[]): number => findTips(tree, names).filter((tip) => tip !== noTip).length;
  const samples = sampleIds.slice(0, probed);
  if (samples.length > 0 && found(samples) > samples.length / 2) {
    return 'The sample ids are tips of the tree: the table is transposed, its rows and columns are to be swapped.';
  }
  const some = missingIds.slice(0, probed).filter((id) => !id.includes('\0'));
  for (const [reason, repair] of repairs) {
    const repaired = some.map((id) => repair(id));
    const changed = repaired.filter((id, at) => id !== some[at]);
    if (changed.length > 0 && found(changed) > changed.length / 2) {
      return `It seems that ${reason}.`;
    }
  }
  return undefined;
}
