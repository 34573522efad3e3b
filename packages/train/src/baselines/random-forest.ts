// A random forest for regression on sparse tables: the baseline that every model is measured against.
// Knows no feature table: it takes rows of numbers.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { trainError } from '../errors.js';
import { growTree, predictTree, type RegressionTree } from './regression-tree.js';
import { seededRandom } from './seeded-random.js';
import { type SparseRows, sortColumns } from './sparse-rows.js';

/** Where the growing of a forest stands; given after each tree. */
export interface ForestProgress {
  /** Trees grown so far; the last snapshot has `treeCount`. */
  readonly tree: number;
  /** Trees of the forest. */
  readonly treeCount: number;
  /** Estimated seconds until the last tree is grown. */
  readonly secondsLeft: number;
}

/** Options of {@link fitRandomForest}. */
export interface FitRandomForestOptions {
  /** Trees. Default 500. */
  readonly treeCount?: number;
  /** Fraction of all columns drawn at every node, in (0, 1]. Default 1/3. */
  readonly featureFraction?: number;
  /** Distinct rows that a leaf must have. Default 1. */
  readonly minimumLeaf?: number;
  /** Seed of the draws, an integer from 0. Default 0. */
  readonly seed?: number;
  /** Stops the growing between two trees. */
  readonly signal?: AbortSignal;
  /** Called after each tree; what it throws ends the growing with that error. */
  readonly onProgress?: (progress: ForestProgress) => void;
}

/** A grown forest: predicts the mean over its trees. */
export class RandomForest {
  /**
   * @param trees - the grown trees.
   * @param columnCount - columns of the rows it was grown on.
   */
  constructor(
    readonly trees: readonly RegressionTree[],
    readonly columnCount: number,
  ) {}

  /**
   * Predicted target of each row.
   *
   * @param rows - rows over the columns the forest was grown on.
   * @throws SeqError `FOREST_INPUT` if the rows have other columns.
   */
  predict(rows: SparseRows): Float64Array {
    if (rows.columnCount !== this.columnCount) {
      throw trainError(
        'FOREST_INPUT',
        `RandomForest.predict: the forest was grown on ${this.columnCount} columns, the rows have ` +
          `${rows.columnCount}; give rows over the same features.`,
      );
    }
    const dense = new Float64Array(this.columnCount);
    return Float64Array.from({ length: rows.rowOffsets.length - 1 }, (_, row) => {
      const start = rows.rowOffsets[row]!;
      const end = rows.rowOffsets[row + 1]!;
      for (let i = start; i < end; i++) dense[rows.columns[i]!] = rows.values[i]!;
      let sum = 0;
      for (const tree of this.trees) sum += predictTree(tree, dense);
      for (let i = start; i < end; i++) dense[rows.columns[i]!] = 0;
      return sum / this.trees.length;
    });
  }
}

/**
 * Grows a random forest for regression: every tree on a bootstrap of the rows, every node cut where the squared error
 * falls most, among columns drawn anew for each node. Trees grow until their leaves are pure or `minimumLeaf` forbids.
 *
 * @param rows - training rows, for feature tables relative abundances.
 * @param targets - target of each row, finite.
 * @returns the forest; the same seed gives the same forest.
 * @throws SeqError `FOREST_INPUT` for no rows, other numbers of targets, or values that are not finite;
 * `RUN_ABORTED` if the signal fired.
 * @remarks The rules are those of scikit-learn's `RandomForestRegressor`, with ties between equally good cuts broken at
 * random. Cuts are exact, and a column's zeros are handled as one block, so time follows the entries that are not zero.
 * @see Breiman 2001, doi:10.1023/A:1010933404324
 */
export async function fitRandomForest(
  rows: SparseRows,
  targets: ArrayLike<number>,
  options: FitRandomForestOptions = {},
): Promise<RandomForest> {
  const { treeCount = 500, featureFraction = 1 / 3, minimumLeaf = 1, seed = 0, signal, onProgress } = options;
  checkInput(rows, targets, { treeCount, featureFraction, minimumLeaf });
  const matrix = sortColumns(rows);
  const goals = Float64Array.from(targets);
  const drawnColumns = Math.max(1, Math.floor(featureFraction * rows.columnCount));
  const trees: RegressionTree[] = [];
  const startedMs = performance.now();
  for (let tree = 0; tree < treeCount; tree++) {
    if (signal?.aborted) {
      const message = `fitRandomForest: stopped after ${tree} of ${treeCount} trees; start it again to get a forest.`;
      throw trainError('RUN_ABORTED', message, { cause: signal.reason });
    }
    const random = seededRandom(seed, tree);
    const weights = new Float64Array(matrix.rowCount);
    for (let i = 0; i < matrix.rowCount; i++) weights[random.below(matrix.rowCount)]! += 1;
    trees.push(growTree(matrix, goals, weights, random, { drawnColumns, minimumLeaf }));
    const secondsPerTree = (performance.now() - startedMs) / 1000 / (tree + 1);
    onProgress?.({ tree: tree + 1, treeCount, secondsLeft: secondsPerTree * (treeCount - tree - 1) });
    await nextTurn();
  }
  return new RandomForest(trees, rows.columnCount);
}

function checkInput(
  rows: SparseRows,
  targets: ArrayLike<number>,
  options: { treeCount: number; featureFraction: number; minimumLeaf: number },
): void {
  const rowCount = rows.rowOffsets.length - 1;
  const refuse = (problem: string, remedy: string): never => {
    throw trainError('FOREST_INPUT', `fitRandomForest: ${problem}; ${remedy}.`);
  };
  if (rowCount < 1) refuse('there are no rows', 'give at least one');
  if (targets.length !== rowCount) refuse(`${targets.length} targets for ${rowCount} rows`, 'give one for each');
  const badTarget = Array.from(targets).findIndex((target) => !Number.isFinite(target));
  if (badTarget >= 0) refuse(`target ${badTarget} is ${targets[badTarget]}`, 'leave out rows without a target');
  const badValue = rows.values.findIndex((value) => !Number.isFinite(value) || value === 0);
  if (badValue >= 0) refuse(`entry ${badValue} is ${rows.values[badValue]}`, 'store finite values other than 0 only');
  const { treeCount, featureFraction, minimumLeaf } = options;
  if (!(Number.isInteger(treeCount) && treeCount >= 1)) refuse(`treeCount is ${treeCount}`, 'it must be at least 1');
  if (!(featureFraction > 0 && featureFraction <= 1)) refuse(`featureFraction is ${featureFraction}`, 'use (0, 1]');
  if (!(Number.isInteger(minimumLeaf) && minimumLeaf >= 1)) refuse(`minimumLeaf is ${minimumLeaf}`, 'use 1 or more');
}
