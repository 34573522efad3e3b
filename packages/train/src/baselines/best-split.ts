// Finds the cut of a node that leaves the least squared error, over a random part of the columns.
// A column's zeros are not stored: they are one block whose sums are those of the node minus those of its entries.
import type { SeededRandom } from './seeded-random.js';
import type { NodeRange, Split, TargetSums, TreeData } from './tree-node.js';

/** What {@link bestSplit} may look at. */
export interface BestSplitOptions {
  /** Columns of the matrix. */
  readonly columnCount: number;
  /** Columns drawn without replacement; columns that are constant in the node count among them. */
  readonly drawnColumns: number;
  /** Distinct rows that each side must keep. */
  readonly minimumLeaf: number;
}

/** A split being looked for: the best so far, ties broken evenly at random. */
class Search {
  column = -1;
  threshold = 0;
  score = Number.NEGATIVE_INFINITY;
  #ties = 0;

  constructor(
    readonly data: TreeData,
    readonly node: TargetSums,
    readonly minimumLeaf: number,
    readonly random: SeededRandom,
  ) {}

  /** Offers the cut between two neighbouring values, given what lies left of it. Says whether it is allowed. */
  offer(column: number, low: number, high: number, rowCount: number, weight: number, sum: number): boolean {
    const { node, minimumLeaf } = this;
    if (rowCount < minimumLeaf || node.rowCount - rowCount < minimumLeaf) return false;
    const rest = node.sum - sum;
    const score = (sum * sum) / weight + (rest * rest) / (node.weight - weight);
    if (score < this.score) return true;
    this.#ties = score > this.score ? 1 : this.#ties + 1;
    if (score === this.score && this.random.below(this.#ties) > 0) return true;
    const middle = low + (high - low) / 2;
    this.column = column;
    this.threshold = middle < high ? middle : low;
    this.score = score;
    return true;
  }
}

/**
 * The best cut of a node, or `undefined` if no column can cut it.
 *
 * If none of the drawn columns can cut the node, further ones are drawn until one can, as scikit-learn does.
 */
export function bestSplit(
  data: TreeData,
  range: NodeRange,
  node: TargetSums,
  random: SeededRandom,
  options: BestSplitOptions,
): Split | undefined {
  const search = new Search(data, node, options.minimumLeaf, random);
  const left: number[] = [];
  let chosen = 0;
  let seen = 0;
  let cuts = false;
  for (let start = range.entryStart; start < range.entryEnd; ) {
    const end = columnEnd(data, start, range.entryEnd);
    if (random.uniform() * (options.columnCount - seen) < options.drawnColumns - chosen) {
      chosen += 1;
      if (offerColumn(search, start, end)) cuts = true;
    } else {
      left.push(start);
    }
    seen += 1;
    start = end;
  }
  while (!cuts && left.length > 0) {
    const position = random.below(left.length);
    const start = left[position]!;
    left[position] = left[left.length - 1]!;
    left.pop();
    cuts = offerColumn(search, start, columnEnd(data, start, range.entryEnd));
  }
  const { column, threshold, score } = search;
  return cuts ? { column, threshold, score } : undefined;
}

/** End of the entries of the column that starts at `start`. */
export function columnEnd({ entryColumns }: TreeData, start: number, limit: number): number {
  const column = entryColumns[start]!;
  let end = start + 1;
  while (end < limit && entryColumns[end] === column) end += 1;
  return end;
}

/** Offers every cut of the column whose entries are `start..end`; says whether any is allowed. */
function offerColumn(search: Search, start: number, end: number): boolean {
  const { data, node } = search;
  const { entryRows, entryValues, weights, targets } = data;
  const column = data.entryColumns[start]!;
  let zeroWeight = node.weight;
  let zeroSum = node.sum;
  for (let i = start; i < end; i++) {
    const row = entryRows[i]!;
    zeroWeight -= weights[row]!;
    zeroSum -= weights[row]! * targets[row]!;
  }
  const zeroRows = node.rowCount - (end - start);
  let rowCount = 0;
  let weight = 0;
  let sum = 0;
  let low = Number.NaN;
  let cuts = false;
  let zerosPending = zeroRows > 0;
  for (let i = start; i < end; i++) {
    const value = entryValues[i]!;
    if (zerosPending && value > 0) {
      if (rowCount > 0 && search.offer(column, low, 0, rowCount, weight, sum)) cuts = true;
      rowCount += zeroRows;
      weight += zeroWeight;
      sum += zeroSum;
      low = 0;
      zerosPending = false;
    }
    if (rowCount > 0 && value > low && search.offer(column, low, value, rowCount, weight, sum)) cuts = true;
    const row = entryRows[i]!;
    rowCount += 1;
    weight += weights[row]!;
    sum += weights[row]! * targets[row]!;
    low = value;
  }
  if (zerosPending && search.offer(column, low, 0, rowCount, weight, sum)) cuts = true;
  return cuts;
}
