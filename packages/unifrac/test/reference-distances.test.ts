import { expect, it } from 'vitest';
import { parseNewick, type UnifracMatrixOptions, unifracMatrix, unifracToReferences } from '../src/index.js';
import { randomStudy, tableOf } from './small-tables.js';

const { table, newick } = randomStudy(12, 30);

it.each<UnifracMatrixOptions>([{}, { metric: 'weightedNormalized' }, { metric: 'generalized', alpha: 0.5 }])(
  'distances to references are columns of the whole matrix, to the last bit: %o',
  async (options) => {
    using tree = parseNewick(newick);
    const whole = await unifracMatrix(table, tree, options);
    const referenceIds = ['s7', 's0', 's11'];
    const block = await unifracToReferences(table, tree, { ...options, referenceIds });
    expect([block.sampleIds, block.referenceIds, block.referenceCount]).toEqual([table.sampleIds, referenceIds, 3]);
    const rows = table.sampleIds.map((_, row) => row);
    expect([...block.distances]).toEqual(rows.flatMap((row) => [7, 0, 11].map((column) => whole.get(row, column))));
  },
);

it('references that are unknown or stand twice are refused; empty samples are as in the whole matrix', async () => {
  using tree = parseNewick('(t0:1,t1:2);');
  const some = tableOf(['t0', 't1'], { a: [0, 0], b: [1, 0], c: [0, 0] });
  const refused = unifracToReferences(some, tree, { referenceIds: ['a', 'x', 'y'] });
  await expect(refused).rejects.toThrow('2 of 3 references are no samples of the table (first: "x", "y")');
  await expect(unifracToReferences(some, tree, { referenceIds: ['a', 'a'] })).rejects.toThrow('stands twice');
  const { distances } = await unifracToReferences(some, tree, { referenceIds: ['a', 'b'], emptySamples: 'nan' });
  expect([...distances]).toEqual([0, 1, 1, 0, Number.NaN, 1]);
});
