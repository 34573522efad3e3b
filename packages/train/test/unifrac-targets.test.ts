import { createCommunityDataset, FeatureTable, sampleBatches } from '@seq/data';
import { createUnifrac, parseNewick } from '@seq/unifrac';
import { describe, expect, it } from 'vitest';
import { unifracTargets } from '../src/index.js';

const table = new FeatureTable({
  sampleIds: ['s1', 's2', 's3'],
  featureIds: ['a', 'b', 'c'],
  sampleOffsets: Uint32Array.of(0, 2, 3, 5),
  featureIndices: Uint32Array.of(0, 1, 2, 0, 2),
  counts: Float64Array.of(1, 3, 7, 2, 2),
});
const sequences = ['ACGT', 'ACGA', 'TTTT'];

describe('unifracTargets', () => {
  it('gives the distances of what a batch holds, also beyond the ASVs that the model reads', () => {
    using tree = parseNewick('((a:1,b:2):1,c:4);');
    using unifrac = createUnifrac(tree, table.featureIds);
    const dataset = createCommunityDataset(table, { sequences, maxAsvsPerSample: 1 });
    const [batch] = [...sampleBatches(dataset, { samplesPerBatch: 3 })];
    const distances = unifracTargets(unifrac, { featureIds: table.featureIds })(batch!);
    // s1 = {a, b}, s2 = {c}, s3 = {a, c}: lengths seen by one alone over lengths seen by either.
    expect([...distances]).toEqual([1, (2 + 4) / 8, (1 + 1) / 6].map(Math.fround));
  });

  it('refuses a tree that was prepared for other features', () => {
    using tree = parseNewick('((a:1,b:2):1,c:4);');
    using unifrac = createUnifrac(tree, ['a', 'c', 'b']);
    const other = () => unifracTargets(unifrac, { featureIds: table.featureIds });
    expect(other).toThrow(expect.objectContaining({ code: 'TRAINING_DATA' }));
  });
});
