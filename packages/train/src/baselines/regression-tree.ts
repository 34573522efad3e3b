// Grows one regression tree over sparse data. A node's entries stay sorted by column and value on the way down, because
// splitting them keeps their order: a level of the tree costs one pass over the entries.
import { bestSplit, columnEnd } from './best-split.js';
import type { SeededRandom } from './seeded-random.js';
import type { SortedColumns } from './sparse-rows.js';
import type { NodeRange, Split, TargetSums, TreeData } from './tree-node.js';

/** A grown tree as flat arrays; node 0 is the root. */
export interface RegressionTree {
  /** Column that a node looks at; -1 in a leaf. */
  readonly column: Int32Array;
  /** Rows with a value up to this go to the left child. */
  readonly threshold: Float64Array;
  /** Left child of each node; -1 in a leaf. */
  readonly left: Int32Array;
  /** Right child of each node; -1 in a leaf. */
  readonly right: Int32Array;
  /** Mean target of the training rows that reach the node. */
  readonly value: Float64Array;
}

/** Options of {@link growTree}. */
export interface GrowTreeOptions {
  /** Columns looked at per node. */
  readonly drawnColumns: number;
  /** Distinct rows that a leaf must have. */
  readonly minimumLeaf: number;
}

/** A variance below this fraction of the mean square of the targets counts as none. */
const PURE = 1e-14;

/**
 * Grows a tree on rows drawn with repetition.
 *
 * @param matrix - all training rows, sorted by column.
 * @param targets - target of each row.
 * @param weights - how often each row was drawn; rows with 0 take no part.
 */
export function growTree(
  matrix: SortedColumns,
  targets: Float64Array,
  weights: Float64Array,
  random: SeededRandom,
  options: GrowTreeOptions,
): RegressionTree {
  const data = drawnData(matrix, targets, weights);
  const tree = new GrowingTree(data.rows.length);
  const scratch = new Scratch(data, matrix.rowCount);
  const open: (NodeRange & { node: number })[] = [
    { node: tree.add(), rowStart: 0, rowEnd: data.rows.length, entryStart: 0, entryEnd: data.entryRows.length },
  ];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const { sums, isPure } = targetSums(data, range);
    tree.value[range.node] = sums.sum / sums.weight;
    if (isPure || sums.rowCount < 2 * options.minimumLeaf) continue;
    const split = bestSplit(data, range, sums, random, { ...options, columnCount: matrix.columnCount });
    if (split === undefined) continue;
    const [leftRange, rightRange] = scratch.cut(range, split);
    const left = tree.add();
    const right = tree.add();
    tree.cut(range.node, split, left, right);
    open.push({ ...rightRange, node: right }, { ...leftRange, node: left });
  }
  return tree.finished();
}

/** The value a tree predicts for a row given as a dense array. */
export function predictTree(tree: RegressionTree, row: Float64Array): number {
  let node = 0;
  while (tree.column[node]! >= 0) {
    node = row[tree.column[node]!]! <= tree.threshold[node]! ? tree.left[node]! : tree.right[node]!;
  }
  return tree.value[node]!;
}

function drawnData(matrix: SortedColumns, targets: Float64Array, weights: Float64Array): TreeData {
  const rows = new Uint32Array(weights.length);
  const entryColumns = new Uint32Array(matrix.rows.length);
  const entryRows = new Uint32Array(matrix.rows.length);
  const entryValues = new Float64Array(matrix.rows.length);
  let rowCount = 0;
  let entryCount = 0;
  for (let row = 0; row < weights.length; row++) if (weights[row]! > 0) rows[rowCount++] = row;
  for (let entry = 0; entry < entryRows.length; entry++) {
    const row = matrix.rows[entry]!;
    if (weights[row] === 0) continue;
    entryColumns[entryCount] = matrix.columns[entry]!;
    entryRows[entryCount] = row;
    entryValues[entryCount++] = matrix.values[entry]!;
  }
  return {
    rows: rows.subarray(0, rowCount),
    weights,
    targets,
    entryColumns: entryColumns.subarray(0, entryCount),
    entryRows: entryRows.subarray(0, entryCount),
    entryValues: entryValues.subarray(0, entryCount),
  };
}

function targetSums({ rows, weights, targets }: TreeData, range: NodeRange): { sums: TargetSums; isPure: boolean } {
  let weight = 0;
  let sum = 0;
  let squares = 0;
  for (let i = range.rowStart; i < range.rowEnd; i++) {
    const w = weights[rows[i]!]!;
    const target = targets[rows[i]!]!;
    weight += w;
    sum += w * target;
    squares += w * target * target;
  }
  const isPure = squares - (sum * sum) / weight <= PURE * squares;
  return { sums: { rowCount: range.rowEnd - range.rowStart, weight, sum }, isPure };
}

/** Space for reordering the range of a node. */
class Scratch {
  readonly #goesRight: Uint8Array;
  readonly #rows: Uint32Array;
  readonly #columns: Uint32Array;
  readonly #values: Float64Array;

  constructor(
    readonly data: TreeData,
    rowCount: number,
  ) {
    this.#goesRight = new Uint8Array(rowCount);
    this.#rows = new Uint32Array(Math.max(data.rows.length, data.entryRows.length));
    this.#columns = new Uint32Array(data.entryRows.length);
    this.#values = new Float64Array(data.entryRows.length);
  }

  /** Moves what goes left to the front of the node's ranges and keeps the order within both sides. */
  cut(range: NodeRange, split: Split): [NodeRange, NodeRange] {
    this.#decide(range, split);
    const rowMiddle = this.#cutRows(range);
    const entryMiddle = this.#cutEntries(range);
    return [
      { ...range, rowEnd: rowMiddle, entryEnd: entryMiddle },
      { ...range, rowStart: rowMiddle, entryStart: entryMiddle },
    ];
  }

  #decide({ rowStart, rowEnd, entryStart, entryEnd }: NodeRange, { column, threshold }: Split): void {
    const { rows, entryColumns, entryRows, entryValues } = this.data;
    const zeroGoesRight = threshold < 0 ? 1 : 0;
    for (let i = rowStart; i < rowEnd; i++) this.#goesRight[rows[i]!] = zeroGoesRight;
    let start = entryStart;
    while (entryColumns[start] !== column) start = columnEnd(this.data, start, entryEnd);
    const end = columnEnd(this.data, start, entryEnd);
    for (let i = start; i < end; i++) this.#goesRight[entryRows[i]!] = entryValues[i]! > threshold ? 1 : 0;
  }

  #cutRows({ rowStart, rowEnd }: NodeRange): number {
    const { rows } = this.data;
    let middle = rowStart;
    let moved = 0;
    for (let i = rowStart; i < rowEnd; i++) {
      const row = rows[i]!;
      if (this.#goesRight[row] === 0) rows[middle++] = row;
      else this.#rows[moved++] = row;
    }
    rows.set(this.#rows.subarray(0, moved), middle);
    return middle;
  }

  #cutEntries({ entryStart, entryEnd }: NodeRange): number {
    const { entryColumns, entryRows, entryValues } = this.data;
    let middle = entryStart;
    let moved = 0;
    for (let i = entryStart; i < entryEnd; i++) {
      const row = entryRows[i]!;
      if (this.#goesRight[row] === 0) {
        entryColumns[middle] = entryColumns[i]!;
        entryValues[middle] = entryValues[i]!;
        entryRows[middle++] = row;
      } else {
        this.#columns[moved] = entryColumns[i]!;
        this.#values[moved] = entryValues[i]!;
        this.#rows[moved++] = row;
      }
    }
    entryColumns.set(this.#columns.subarray(0, moved), middle);
    entryRows.set(this.#rows.subarray(0, moved), middle);
    entryValues.set(this.#values.subarray(0, moved), middle);
    return middle;
  }
}

/** A tree with room for as many nodes as its rows can need. */
class GrowingTree {
  readonly value: Float64Array;
  readonly #column: Int32Array;
  readonly #threshold: Float64Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  #count = 0;

  constructor(rowCount: number) {
    const most = 2 * rowCount - 1;
    this.value = new Float64Array(most);
    this.#column = new Int32Array(most).fill(-1);
    this.#threshold = new Float64Array(most);
    this.#left = new Int32Array(most).fill(-1);
    this.#right = new Int32Array(most).fill(-1);
  }

  add(): number {
    this.#count += 1;
    return this.#count - 1;
  }

  cut(node: number, { column, threshold }: Split, left: number, right: number): void {
    this.#column[node] = column;
    this.#threshold[node] = threshold;
    this.#left[node] = left;
    this.#right[node] = right;
  }

  finished(): RegressionTree {
    return {
      column: this.#column.slice(0, this.#count),
      threshold: this.#threshold.slice(0, this.#count),
      left: this.#left.slice(0, this.#count),
      right: this.#right.slice(0, this.#count),
      value: this.value.slice(0, this.#count),
    };
  }
}
