// A phylogeny as callers see it. Knows no file and no feature table; the tree itself lives in native memory.

import { firstFew } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { callNative, type PhylogenyHandle } from '../native.js';
import { rootingArguments, type TreeRooting } from './tree-rooting.js';

const separator = '\0';

/** The native tree of a phylogeny, for this package only. */
export let handleOf: (tree: Phylogeny) => PhylogenyHandle;

/** Wraps a native tree, for this package only. */
export let phylogenyOf: (handle: PhylogenyHandle) => Phylogeny;

/** Stands for a name that no tip has. */
export const noTip = 0xffff_ffff;

/** Native number of the tip of each name, or {@link noTip}. */
export let findTips: (tree: Phylogeny, names: readonly string[]) => Uint32Array;

/** As {@link findTips}, and the tree remembers them for the next time. The names must not change afterwards. */
export let findTipsForLong: (tree: Phylogeny, names: readonly string[]) => Uint32Array;

/** Options of {@link Phylogeny.shear}. */
export interface ShearOptions {
  /**
   * Nodes that are left with one child: merge them into it, lengths added and the name of the child kept, or leave them.
   * Default `'collapse'`.
   */
  readonly singleChildren?: 'collapse' | 'keep' | undefined;
}

/**
 * A rooted tree whose tips are features, with branch lengths >= 0 in any unit.
 *
 * Nodes may have any number of children. A missing branch length is 0, and a length on the root is kept but counts in no
 * measure. Made by {@link openTree} and {@link parseNewick}. Holds native memory: declare it with `using`, or call
 * `dispose`; afterwards every other member throws `PHYLOGENY_DISPOSED`.
 */
export class Phylogeny implements Disposable {
  readonly #handle: PhylogenyHandle;
  #tipNames: readonly string[] | undefined;
  /** Tips that were found for long: a table is matched with its tree more than once. */
  #found: { readonly names: readonly string[]; readonly tips: Uint32Array } | undefined;

  private constructor(handle: PhylogenyHandle) {
    this.#handle = handle;
  }

  static {
    handleOf = (tree) => tree.#handle;
    phylogenyOf = (handle) => new Phylogeny(handle);
    findTips = (tree, names) => tree.#findTips(names);
    findTipsForLong = (tree, names) => {
      const tips = tree.#findTips(names);
      tree.#found = { names, tips };
      return tips;
    };
  }

  /** Number of nodes, tips and root included. */
  get nodeCount(): number {
    return callNative(() => this.#handle.nodeCount());
  }

  /** Number of nodes without children. */
  get tipCount(): number {
    return callNative(() => this.#handle.tipCount());
  }

  /** Sum of all branch lengths but that of the root, in the unit of the tree. */
  get totalLength(): number {
    return callNative(() => this.#handle.totalLength());
  }

  /** Names of all tips in the order of the text; an unnamed tip has the name `''`. */
  get tipNames(): readonly string[] {
    const bytes = callNative(() => (this.#tipNames === undefined ? this.#handle.tipNames() : undefined));
    if (bytes !== undefined) this.#tipNames = new TextDecoder().decode(bytes).split(separator);
    // A disposed tree has no names either.
    callNative(() => this.#handle.tipCount());
    return this.#tipNames!;
  }

  /** Whether a tip has this name. */
  hasTip(name: string): boolean {
    return name !== '' && findTips(this, [name])[0] !== noTip;
  }

  /** Number of children of the root; three or more is how programs write trees that have no root. */
  get rootChildCount(): number {
    return callNative(() => this.#handle.rootChildCount());
  }

  /**
   * A new tree with its root at another place; this one stays.
   *
   * `'midpoint'` is halfway of the longest path between two tips, `{ outgroup }` the middle of the branch that parts these
   * tips from all others, round the old root if need be. Tips and the ways between them do not change. The old root is taken
   * out if it has two children, and single-child nodes above the first split are dropped. Names of internal nodes stay with
   * their nodes; numbers, which are support values, stay with their branches.
   *
   * @throws SeqError `OUTGROUP_INVALID` if a name is no tip, all tips are named, or no branch parts them from the others;
   *   `OPTION_INVALID`, `PHYLOGENY_DISPOSED`.
   * @remarks The same place as scikit-bio's `root_at_midpoint` and `root_by_outgroup`, children possibly in another order.
   * @see Farris 1972, doi:10.1086/282802
   */
  rooted(rooting: Exclude<TreeRooting, 'as-is'>): Phylogeny {
    const place = rootingArguments('Phylogeny.rooted', rooting);
    return new Phylogeny(callNative(() => this.#handle.rooted(place)));
  }

  /**
   * A new tree of some of the tips: the others are cut off, with every branch that is left without tips. The way from the
   * root to the first split stays, so no distance between samples of these tips changes.
   *
   * @param tipNames - names of tips, in any order, at least one.
   * @throws SeqError `TIP_UNKNOWN` with the count and the first few, `TREE_EMPTY` for no names, `PHYLOGENY_DISPOSED`.
   */
  shear(tipNames: readonly string[], { singleChildren = 'collapse' }: ShearOptions = {}): Phylogeny {
    const tips = findTips(this, tipNames);
    const unknown = tipNames.filter((_, at) => tips[at] === noTip);
    if (unknown.length > 0) {
      const counts = `${unknown.length} of ${tipNames.length}`;
      const message = `Phylogeny.shear: ${counts} names are no tips of the tree (first: ${firstFew(unknown)}). Leave them out.`;
      throw unifracError('TIP_UNKNOWN', message, {
        details: { unknownCount: unknown.length, first: unknown.slice(0, 10) },
      });
    }
    return new Phylogeny(callNative(() => this.#handle.shear(tips, singleChildren === 'keep')));
  }

  /** The tree as Newick text on one line, names quoted where needed, lengths in the fewest digits that are exact. */
  toNewick(): string {
    return callNative(() => this.#handle.toNewick());
  }

  /** Frees the native memory; more calls do nothing. */
  dispose(): void {
    this.#tipNames = undefined;
    this.#found = undefined;
    this.#handle.dispose();
  }

  /** As {@link Phylogeny.dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #findTips(names: readonly string[]): Uint32Array {
    if (names.length === 0) return new Uint32Array(0);
    if (this.#found?.names === names) return this.#found.tips;
    const tips = callNative(() => this.#handle.findTips(names.join(separator)));
    if (tips.length !== names.length) {
      const first = names.find((name) => name.includes(separator)) ?? '';
      const message = `A name contains a NUL character (first: ${JSON.stringify(first)}). Remove it.`;
      throw unifracError('OPTION_INVALID', message);
    }
    return tips;
  }
}
