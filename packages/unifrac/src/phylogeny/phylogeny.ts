// A phylogeny as callers see it. Knows no file and no feature table; the tree itself lives in native memory.
import { unifracError } from '../errors.js';
import { callNative, type PhylogenyHandle } from '../native.js';

const separator = '\0';

/** The native tree of a phylogeny, for this package only. */
export let handleOf: (tree: Phylogeny) => PhylogenyHandle;

/** Wraps a native tree, for this package only. */
export let phylogenyOf: (handle: PhylogenyHandle) => Phylogeny;

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

  private constructor(handle: PhylogenyHandle) {
    this.#handle = handle;
  }

  static {
    handleOf = (tree) => tree.#handle;
    phylogenyOf = (handle) => new Phylogeny(handle);
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

  /** The tree as Newick text on one line, names quoted where needed, lengths in the fewest digits that are exact. */
  toNewick(): string {
    return callNative(() => this.#handle.toNewick());
  }

  /** Frees the native memory; more calls do nothing. */
  dispose(): void {
    this.#tipNames = undefined;
    this.#handle.dispose();
  }

  /** As {@link Phylogeny.dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Stands for a name that no tip has. */
export const noTip = 0xffff_ffff;

/** Native number of the tip of each name, or {@link noTip}. */
export function findTips(tree: Phylogeny, names: readonly string[]): Uint32Array {
  if (names.length === 0) return new Uint32Array(0);
  const tips = callNative(() => handleOf(tree).findTips(names.join(separator)));
  if (tips.length !== names.length) {
    const first = names.find((name) => name.includes(separator)) ?? '';
    const message = `A name contains a NUL character (first: ${JSON.stringify(first)}). Remove it.`;
    throw unifracError('OPTION_INVALID', message);
  }
  return tips;
}
