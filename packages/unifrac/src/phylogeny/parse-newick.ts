// Newick text to a phylogeny, on the calling thread. Knows no file.
import { callNative } from '../native.js';
import { type Phylogeny, phylogenyOf } from './phylogeny.js';
import { noticeOf, type TreeNotice, type TreeRooting } from './tree-rooting.js';

/** Options of {@link parseNewick} and {@link openTree}. */
export interface ParseNewickOptions {
  /**
   * What to do with negative branch lengths, as neighbour joining makes them: refuse the tree, naming the node, or take
   * them as 0. Default `'error'`.
   */
  readonly negativeLengths?: 'error' | 'zero' | undefined;
  /** Where the root shall be, see {@link Phylogeny.rooted}. Default `'as-is'`. */
  readonly rooting?: TreeRooting | undefined;
  /**
   * Told if the tree is taken as it is and its root has three or more children, which mostly means that the tree has no
   * root. Default: nobody.
   */
  readonly onNotice?: ((notice: TreeNotice) => void) | undefined;
}

/**
 * The tree of a Newick text.
 *
 * Single and double quotes (doubled inside), nested `[comments]`, any Unicode, polytomies, nodes of one child, missing and
 * zero lengths and exponents are read; depth is bounded by memory alone. Underscores stay underscores, as in the trees of
 * QIIME 2. The last semicolon may be missing.
 *
 * @param text - one tree, as text or as UTF-8 bytes.
 * @throws SeqError `TREE_EMPTY`, `TEXT_NOT_UTF8`, `NEWICK_UNBALANCED`, `NEWICK_INVALID`, `NEWICK_SEVERAL_TREES`,
 *   `NEWICK_TRAILING_TEXT`, `BRANCH_LENGTH_INVALID`, `TIP_NAME_DUPLICATE`, `TREE_TOO_LARGE`; each with the place in the
 *   text or the name of the node. `OUTGROUP_INVALID`, `OPTION_INVALID`, see {@link Phylogeny.rooted}.
 * @remarks Blocks while it reads: about a third of a second for a million tips. {@link openTree} does not.
 */
export function parseNewick(text: string | Uint8Array, options: ParseNewickOptions = {}): Phylogeny {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const tree = phylogenyOf(callNative((addon) => addon.parseNewick(bytes, options.negativeLengths === 'zero')));
  const { rooting = 'as-is' } = options;
  if (rooting === 'as-is') {
    tellNotice(tree, options);
    return tree;
  }
  using unrooted = tree;
  return unrooted.rooted(rooting);
}

/** Tells what is to be known of a tree that was taken as it is. */
export function tellNotice(tree: Phylogeny, { onNotice }: ParseNewickOptions): void {
  const notice = onNotice === undefined ? undefined : noticeOf(tree.rootChildCount);
  if (notice !== undefined) onNotice?.(notice);
}
