// Which features lie near each other on a tree. Knows no communities: what is done with relatives is the caller's.
import { unifracError } from '../errors.js';
import { findTips, noTip, type Phylogeny } from './phylogeny.js';

/** Options of {@link nearRelatives}. */
export interface NearRelativesOptions {
  /** Longest path along the branches between two relatives, in the unit of the tree; at least 0. */
  readonly distance: number;
  /** Relatives of a feature at most, the nearest. Default: 16. */
  readonly most?: number;
}

/**
 * For each feature the indices of the other features within a distance on the tree, nearest first, ties by index. The
 * distance is the length of the path between both tips (patristic); the place of the root changes nothing.
 *
 * @param featureIds - those that are no tips of the tree have no relatives and are none.
 * @throws SeqError `OPTION_INVALID`, `PHYLOGENY_DISPOSED`.
 */
export function nearRelatives(
  tree: Phylogeny,
  featureIds: readonly string[],
  { distance, most = 16 }: NearRelativesOptions,
): readonly Uint32Array[] {
  if (!(distance >= 0 && distance < Number.POSITIVE_INFINITY) || !(Number.isInteger(most) && most >= 1)) {
    const message = `nearRelatives: distance is ${distance} and most ${most}. Give a number of at least 0 and a whole number above 0.`;
    throw unifracError('OPTION_INVALID', message, { details: { distance, most } });
  }
  const none = new Uint32Array(0);
  const found = findTips(tree, featureIds);
  const tips = featureIds.filter((_, feature) => found[feature] !== noTip);
  if (tips.length < 2) return featureIds.map(() => none);
  const small = tree.shear(tips);
  const branches = branchesOf(small.toNewick(), new Map(featureIds.map((id, feature) => [id, feature])));
  small.dispose();
  const nodeOf = new Map<number, number>();
  branches.features.forEach((feature, node) => {
    if (feature >= 0) nodeOf.set(feature, node);
  });
  return featureIds.map((_, feature) => {
    const node = nodeOf.get(feature);
    return node === undefined ? none : relativesOf(branches, node, { distance, most });
  });
}

/** A tree as its branches; node 0 is the root. */
interface Branches {
  /** Each node's neighbours: its parent, then its children. */
  readonly neighbours: readonly (readonly number[])[];
  /** Length of the branch above each node. */
  readonly lengths: readonly number[];
  readonly parents: readonly number[];
  /** Feature of each tip; -1 for other nodes. */
  readonly features: readonly number[];
}

/** Takes apart what `Phylogeny.toNewick` writes: one line without comments, names quoted where needed. */
function branchesOf(newick: string, featureOf: ReadonlyMap<string, number>): Branches {
  const neighbours: number[][] = [];
  const lengths: number[] = [];
  const parents: number[] = [];
  const features: number[] = [];
  const addNode = (parent: number): number => {
    const node = parents.length;
    parents.push(parent);
    neighbours.push(parent < 0 ? [] : [parent]);
    lengths.push(0);
    features.push(-1);
    if (parent >= 0) neighbours[parent]!.push(node);
    return node;
  };
  let node = addNode(-1);
  for (const [token] of newick.matchAll(/'(?:[^']|'')*'|[(),;]|[^'(),:;]+|:[^'(),:;]+/g)) {
    if (token === '(') node = addNode(node);
    else if (token === ',') node = addNode(parents[node]!);
    else if (token === ')') node = parents[node]!;
    else if (token === ';') break;
    else if (token.startsWith(':')) lengths[node] = Number(token.slice(1));
    else features[node] = featureOf.get(token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") : token) ?? -1;
  }
  // A name that inner node and feature share is the tip's.
  const isTip = (of: number): boolean => neighbours[of]!.length === (parents[of]! < 0 ? 0 : 1);
  return { neighbours, lengths, parents, features: features.map((feature, of) => (isTip(of) ? feature : -1)) };
}

interface Step {
  readonly node: number;
  readonly from: number;
  readonly path: number;
}

/** Walks away from a tip, always on along the shortest path so far, until the relatives are found or too far. */
function relativesOf(
  { neighbours, lengths, parents, features }: Branches,
  start: number,
  { distance, most }: Required<NearRelativesOptions>,
): Uint32Array {
  const found: { readonly feature: number; readonly path: number }[] = [];
  const waiting = new Nearest();
  waiting.add({ node: start, from: -1, path: 0 });
  for (let step = waiting.take(); step !== undefined; step = waiting.take()) {
    const { node, from, path } = step;
    // All at the distance of the last one are needed, so that ties go by index.
    if (found.length >= most && path > found.at(-1)!.path) break;
    if (node !== start && features[node]! >= 0) found.push({ feature: features[node]!, path });
    for (const next of neighbours[node]!) {
      const longer = path + (parents[node] === next ? lengths[node]! : lengths[next]!);
      if (next !== from && longer <= distance) waiting.add({ node: next, from: node, path: longer });
    }
  }
  found.sort((a, b) => a.path - b.path || a.feature - b.feature);
  return Uint32Array.from(found.slice(0, most), ({ feature }) => feature);
}

/** Steps of which the one with the shortest path is taken first: a binary heap. */
class Nearest {
  readonly #steps: Step[] = [];

  add(step: Step): void {
    const steps = this.#steps;
    let place = steps.push(step) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (steps[above]!.path <= step.path) break;
      steps[place] = steps[above]!;
      place = above;
    }
    steps[place] = step;
  }

  take(): Step | undefined {
    const steps = this.#steps;
    const [first] = steps;
    const last = steps.pop();
    if (first === undefined || last === undefined || steps.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= steps.length) break;
      if (below + 1 < steps.length && steps[below + 1]!.path < steps[below]!.path) below += 1;
      if (last.path <= steps[below]!.path) break;
      steps[place] = steps[below]!;
      place = below;
    }
    steps[place] = last;
    return first;
  }
}
