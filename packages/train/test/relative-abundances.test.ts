import { FeatureTable } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { fitRandomForest, relativeAbundances } from '../src/index.js';

const table = new FeatureTable({
  sampleIds: ['a', 'b', 'empty'],
  featureIds: ['x', 'y', 'z'],
  sampleOffsets: Uint32Array.of(0, 2, 3, 3),
  featureIndices: Uint32Array.of(0, 2, 1),
  counts: Float64Array.of(1, 3, 7),
});

describe('relativeAbundances', () => {
  it('divides each count by the sum of its sample, in the order asked for', () => {
    const { columnCount, rowOffsets, columns, values } = relativeAbundances(table, { sampleIds: ['empty', 'b', 'a'] });
    expect(columnCount).toBe(3);
    expect([...rowOffsets]).toEqual([0, 0, 1, 3]);
    expect([...columns]).toEqual([1, 0, 2]);
    expect([...values]).toEqual([1, 0.25, 0.75]);
  });

  it('gives rows that a forest can learn from', async () => {
    const forest = await fitRandomForest(relativeAbundances(table), [1, 2, 3], { treeCount: 50 });
    const [a, b, empty] = forest.predict(relativeAbundances(table));
    expect(a! < b! && b! < empty!).toBe(true);
  });

  it('names a sample that the table does not have', () => {
    const unknown = () => relativeAbundances(table, { sampleIds: ['a', 'nobody'] });
    expect(unknown).toThrow(
      expect.objectContaining({ code: 'FOREST_INPUT', message: expect.stringContaining('nobody') }),
    );
  });
});
