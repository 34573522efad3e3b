import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitRandomForest } from './random-forest.js';
import { growTree, predictTree, type RegressionTree } from './regression-tree.js';
import { seededRandom } from './seeded-random.js';
import { type SparseRows, sortColumns } from './sparse-rows.js';

type Dense = readonly (readonly number[])[];

function sparse(dense: Dense, columnCount = dense[0]?.length ?? 0): SparseRows {
  const kept = dense.map((row) => row.map((value, column) => ({ value, column })).filter(({ value }) => value !== 0));
  const offsets = [0];
  for (const row of kept) offsets.push(offsets[offsets.length - 1]! + row.length);
  return {
    columnCount,
    rowOffsets: Uint32Array.from(offsets),
    columns: Uint32Array.from(kept.flat(), ({ column }) => column),
    values: Float64Array.from(kept.flat(), ({ value }) => value),
  };
}

/** Highest `sum² / weight` over both sides, over every cut of every column: plain loops over dense rows. */
function bruteForceScore(
  dense: Dense,
  targets: readonly number[],
  weights: readonly number[],
  minimumLeaf: number,
): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < dense[0]!.length; column++) {
    for (const threshold of new Set(dense.map((row) => row[column]!))) {
      best = Math.max(best, cutScore(dense, targets, weights, { column, threshold, minimumLeaf }));
    }
  }
  return best;
}

function cutScore(
  dense: Dense,
  targets: readonly number[],
  weights: readonly number[],
  { column, threshold, minimumLeaf }: { column: number; threshold: number; minimumLeaf: number },
): number {
  const sides = [true, false].map((left) => dense.flatMap((row, i) => (row[column]! <= threshold === left ? [i] : [])));
  if (sides.some((side) => side.length < minimumLeaf)) return Number.NEGATIVE_INFINITY;
  return sides.reduce((score, side) => {
    const weight = side.reduce((sum, i) => sum + weights[i]!, 0);
    const sum = side.reduce((total, i) => total + weights[i]! * targets[i]!, 0);
    return score + (sum * sum) / weight;
  }, 0);
}

/** Checks every node of a tree against brute force over the rows that reach it. */
function checkNodes(
  tree: RegressionTree,
  dense: Dense,
  targets: readonly number[],
  weights: readonly number[],
  minimumLeaf: number,
): void {
  const visit = (node: number, rows: readonly number[]): void => {
    const own = {
      dense: rows.map((i) => dense[i]!),
      targets: rows.map((i) => targets[i]!),
      weights: rows.map((i) => weights[i]!),
    };
    const total = own.weights.reduce((sum, weight) => sum + weight, 0);
    const sum = own.targets.reduce((all, target, i) => all + target * own.weights[i]!, 0);
    expect(tree.value[node]).toBeCloseTo(sum / total, 9);
    const best = bruteForceScore(own.dense, own.targets, own.weights, minimumLeaf);
    const column = tree.column[node]!;
    if (column < 0) {
      const varies = new Set(own.targets).size > 1;
      expect(varies && best > Number.NEGATIVE_INFINITY).toBe(false);
      return;
    }
    const threshold = tree.threshold[node]!;
    const found = cutScore(own.dense, own.targets, own.weights, { column, threshold, minimumLeaf });
    expect(Math.abs(found - best) <= 1e-9 * (1 + Math.abs(best))).toBe(true);
    visit(
      tree.left[node]!,
      rows.filter((i) => dense[i]![column]! <= threshold),
    );
    visit(
      tree.right[node]!,
      rows.filter((i) => dense[i]![column]! > threshold),
    );
  };
  visit(
    0,
    dense.flatMap((_row, i) => (weights[i]! > 0 ? [i] : [])),
  );
}

const table = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rowCount, columnCount]) =>
    fc.record({
      dense: fc.array(
        fc.array(fc.constantFrom(0, 0, 0, 1, 2, 0.5, -1), { minLength: columnCount, maxLength: columnCount }),
        {
          minLength: rowCount,
          maxLength: rowCount,
        },
      ),
      targets: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: rowCount, maxLength: rowCount }),
      weights: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: rowCount, maxLength: rowCount }),
      minimumLeaf: fc.integer({ min: 1, max: 3 }),
      seed: fc.nat(1000),
    }),
  )
  .filter(({ weights }) => weights.some((weight) => weight > 0));

describe('growTree', () => {
  it('for any small table and any draw of its rows, cuts every node where brute force finds the least error', () => {
    fc.assert(
      fc.property(table, ({ dense, targets, weights, minimumLeaf, seed }) => {
        const columnCount = dense[0]!.length;
        const tree = growTree(
          sortColumns(sparse(dense)),
          Float64Array.from(targets),
          Float64Array.from(weights),
          seededRandom(seed, 0),
          { drawnColumns: columnCount, minimumLeaf },
        );
        checkNodes(tree, dense, targets, weights, minimumLeaf);
      }),
      { numRuns: 400 },
    );
  });

  it('cuts a node with a column that was not drawn if no drawn one can', () => {
    const dense = [
      [0, 0, 0, 1],
      [0, 0, 0, 0],
    ];
    for (let seed = 0; seed < 20; seed++) {
      const options = { drawnColumns: 1, minimumLeaf: 1 };
      const ones = Float64Array.of(1, 1);
      const tree = growTree(sortColumns(sparse(dense)), Float64Array.of(3, 5), ones, seededRandom(seed, 0), options);
      expect(dense.map((row) => predictTree(tree, Float64Array.from(row)))).toEqual([3, 5]);
    }
  });

  it('breaks ties between columns evenly', () => {
    const dense = [
      [1, 1, 1],
      [0, 0, 0],
    ];
    const used = [0, 0, 0];
    for (let seed = 0; seed < 600; seed++) {
      const options = { drawnColumns: 3, minimumLeaf: 1 };
      const tree = growTree(
        sortColumns(sparse(dense)),
        Float64Array.of(3, 5),
        Float64Array.of(1, 1),
        seededRandom(seed, 1),
        options,
      );
      used[tree.column[0]!]! += 1;
    }
    for (const count of used) expect(count > 140 && count < 260).toBe(true);
  });
});

function syntheticTable(rowCount: number, seed: number): { dense: number[][]; targets: number[] } {
  const random = seededRandom(seed, 7);
  const dense = Array.from({ length: rowCount }, () =>
    Array.from({ length: 30 }, () => (random.uniform() < 0.7 ? 0 : random.uniform())),
  );
  const targets = dense.map(
    (row) => 10 * row[0]! + 5 * (row[1]! > 0 ? 1 : 0) - 8 * row[2]! * row[3]! + random.uniform() * 0.2,
  );
  return { dense, targets };
}

describe('fitRandomForest', () => {
  it('explains most of a target that depends on a few of many sparse columns', async () => {
    const training = syntheticTable(400, 1);
    const held = syntheticTable(200, 2);
    const forest = await fitRandomForest(sparse(training.dense), training.targets, { treeCount: 100, seed: 3 });
    const predicted = forest.predict(sparse(held.dense));
    const mean = held.targets.reduce((sum, target) => sum + target, 0) / held.targets.length;
    const error = held.targets.reduce((sum, target, i) => sum + (target - predicted[i]!) ** 2, 0);
    const spread = held.targets.reduce((sum, target) => sum + (target - mean) ** 2, 0);
    expect(1 - error / spread).toBeGreaterThan(0.9);
  });

  it('gives the same forest for the same seed and another for another', async () => {
    const { dense, targets } = syntheticTable(60, 1);
    const fit = async (seed: number) =>
      (await fitRandomForest(sparse(dense), targets, { treeCount: 5, seed })).predict(sparse(dense));
    expect(await fit(1)).toEqual(await fit(1));
    expect(await fit(1)).not.toEqual(await fit(2));
  });

  it('reports every tree and lets a throwing callback end it', async () => {
    const { dense, targets } = syntheticTable(20, 1);
    const seen: number[] = [];
    await fitRandomForest(sparse(dense), targets, { treeCount: 3, onProgress: ({ tree }) => seen.push(tree) });
    expect(seen).toEqual([1, 2, 3]);
    const stop = new Error('enough');
    const throwing = fitRandomForest(sparse(dense), targets, {
      onProgress: () => {
        throw stop;
      },
    });
    await expect(throwing).rejects.toBe(stop);
  });

  it('stops between two trees when it is aborted', async () => {
    const { dense, targets } = syntheticTable(20, 1);
    const control = new AbortController();
    const run = fitRandomForest(sparse(dense), targets, {
      signal: control.signal,
      onProgress: ({ tree }) => tree === 2 && control.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'RUN_ABORTED' });
  });

  it('refuses input it cannot use', async () => {
    const rows = sparse([[1], [2]]);
    const refused = expect.objectContaining({ code: 'FOREST_INPUT' });
    await expect(fitRandomForest(sparse([], 1), [])).rejects.toEqual(refused);
    await expect(fitRandomForest(rows, [1])).rejects.toEqual(refused);
    await expect(fitRandomForest(rows, [1, Number.NaN])).rejects.toEqual(refused);
    await expect(fitRandomForest({ ...rows, values: Float64Array.of(1, Number.NaN) }, [1, 2])).rejects.toEqual(refused);
    await expect(fitRandomForest(rows, [1, 2], { featureFraction: 0 })).rejects.toEqual(refused);
    const forest = await fitRandomForest(rows, [1, 2], { treeCount: 1 });
    expect(() => forest.predict(sparse([[1, 2]]))).toThrow(refused);
  });
});
