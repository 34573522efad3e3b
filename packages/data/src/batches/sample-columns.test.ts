import { describe, expect, it } from 'vitest';
import { codeOf, tableOf } from '../../test/fixtures.js';
import { createCommunityDataset } from './community-dataset.js';
import { makeBatch } from './make-batch.js';
import type { SampleColumns } from './sample-columns.js';

const table = tableOf([
  [5, 1],
  [1, 0],
  [2, 9],
  [0, 0],
  [3, 3],
]);
const columns = {
  targets: [
    [1, 2, 3, 4, 5],
    [10, 20, 30, 40, 50],
  ],
  weights: [0.5, 1, 1.5, 2, 0],
  categoryCodes: { site: [3, 0, 1, 2, 1] },
};
const datasetOf = (
  given: SampleColumns | undefined,
  options: { sampleIds?: string[]; rarefactionDepth?: number } = {},
) => createCommunityDataset(table, { sequences: ['A', 'C'], columns: given, ...options });

describe('columns of samples in batches', () => {
  it('stand in the order of the batch, whatever samples were left out', () => {
    // s2 is below the depth and s4 has no reads.
    const dataset = datasetOf(columns, { rarefactionDepth: 4 });
    expect(dataset.sampleIds).toEqual(['s1', 's3', 's5']);
    const batch = makeBatch(dataset, [2, 1]);
    expect(batch.targets).toEqual(Float32Array.of(5, 50, 3, 30));
    expect(batch.sampleWeights).toEqual(Float32Array.of(0, 1.5));
    expect(batch.categoryCodes).toEqual({ site: Int32Array.of(1, 1) });
  });

  it('follow the order of the sample ids that were asked for', () => {
    const dataset = datasetOf({ targets: [[7, 8]], categoryCodes: { site: [4, 5] } }, { sampleIds: ['s5', 's1'] });
    expect(makeBatch(dataset, [1]).targets).toEqual(Float32Array.of(8));
    expect(makeBatch(dataset, [0, 1]).categoryCodes).toEqual({ site: Int32Array.of(4, 5) });
  });

  it('are absent where none are given', () => {
    const batch = makeBatch(datasetOf(undefined), [0]);
    expect(['targets', 'sampleWeights', 'categoryCodes'].filter((key) => key in batch)).toEqual([]);
  });

  it.each([
    ['too few targets', { targets: [[1, 2]] }, 'OPTION_INVALID', 'target 1 has 2 entries for 5 samples'],
    ['a target that is no number', { targets: [[1, Number.NaN, 3, 4, 5]] }, 'TARGET_NOT_FINITE', 'NaN for sample "s2"'],
    ['a negative weight', { weights: [1, 1, 1, 1, -1] }, 'OPTION_INVALID', '-1 for sample "s5"'],
    ['half a code', { categoryCodes: { site: [0, 0, 0.5, 0, 0] } }, 'OPTION_INVALID', '0.5 for sample "s3"'],
  ])('refuse %s', async (_, given, code, words) => {
    expect(() => datasetOf(given)).toThrow(words);
    expect(await codeOf(() => datasetOf(given))).toBe(code);
  });
});
