// Which features lie near each other on a tree. Knows no communities: what is done with relatives is the caller's.
import { unifracError } from '../errors.js';
import { callNative } from '../native.js';
import { findTips, handleOf, noTip, type Phylogeny } from './phylogeny.js';

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
  const inTree = findTips(tree, featureIds);
  const named = [...featureIds.keys()].filter((feature) => inTree[feature] !== noTip);
  if (named.length < 2) return featureIds.map(() => none);
  const ids = named.map((feature) => featureIds[feature]!);
  using small = tree.shear(ids);
  const branches = branchesOf(small);
  const tips = findTips(small, ids);
  named.forEach((feature, at) => {
    branches.features[tips[at]!] = feature;
  });
  const relatives: Uint32Array[] = featureIds.map(() => none);
  named.forEach((feature, at) => {
    relatives[feature] = relativesOf(branches, tips[at]!, { distance, most });
  });
  return relatives;
}

/** A tree as its branches; node 0 is the root. */
interface Branches {
  /** Each node's neighbours: its parent, then its children. */
  readonly neighbours: readonly (readonly number[])[];
  /** Length of the branch above each node. */
  readonly lengths: Float64Array;
  readonly parents: Uint32Array;
  /** Feature of each tip; -1 for other nodes, and before it is set. */
  readonly features: Int32Array;
}

function branchesOf(tree: Phylogeny): Branches {
  const parents = callNative(() => handleOf(tree).parents());
  const neighbours: number[][] = Array.from(parents, (parent) => (parent === noTip ? [] : [parent]));
  for (let node = 1; node < parents.length; node++) neighbours[parents[node]!]!.push(node);
  const lengths = callNative(() => handleOf(tree).lengths());
  return { neighbours, lengths, parents, features: new Int32Array(parents.length).fill(-1) };
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
