import { createCommunityDataset, makeBatch, normalizeCounts } from '@seq/data';
import type { CountScale } from '@seq/model';
import { describe, expect, it } from 'vitest';
import { batchToDevice } from '../src/index.js';
import { sequences, smallTable } from './small-community.js';

describe('batchToDevice', () => {
  // Fewer ASVs than the samples have: all reads of a sample count for the scale, not those of the batch alone.
  const dataset = createCommunityDataset(smallTable(8), { sequences, maxAsvsPerSample: 3 });
  const batch = makeBatch(dataset, [2, 0, 5]);

  it.each(['log', 'relative', 'clr', 'raw'] as const)('gives a model the counts on its scale %s', (countScale) => {
    const input = batchToDevice(batch, { countEmbedding: 'add', countScale });
    expect(input.scaledCounts).toEqual(normalizeCounts(batch, countScale));
    expect(input.slotCounts).toBe(batch.slotCounts);
  });

  it.each<[string, { countEmbedding: 'none' | 'add'; countScale: CountScale } | undefined]>([
    ['takes the logarithm itself', { countEmbedding: 'add', countScale: 'ln' }],
    ['reads no counts', { countEmbedding: 'none', countScale: 'clr' }],
    ['is not told of', undefined],
  ])('scales nothing for a model that %s', (_, model) => {
    expect(batchToDevice(batch, model)).not.toHaveProperty('scaledCounts');
  });
});
