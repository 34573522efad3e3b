import { describe, expect, it } from 'vitest';
import { communityDistances, communityMatrix, type SampleFeatures } from '../src/index.js';
import { communityMetrics, tableOf } from './small-tables.js';

const table = tableOf(['a', 'b', 'c', 'd'], { s1: [1, 2, 0, 5], s2: [0, 4, 3, 0], s3: [0, 0, 0, 0], s4: [7, 0, 1, 1] });
const samples: SampleFeatures = {
  offsets: table.sampleOffsets,
  features: table.featureIndices,
  counts: table.counts,
};
const featureCount = table.featureIds.length;

describe('communityDistances', () => {
  it.each(communityMetrics)(
    'gives the bits of the matrix of a whole table in %s, on any number of threads',
    async (metric) => {
      const { condensed } = await communityMatrix(table, { metric, pseudocount: 0.5 });
      for (const threads of [undefined, 1, 3]) {
        const found = await communityDistances(samples, { metric, pseudocount: 0.5, featureCount, threads });
        expect([...found]).toEqual([...condensed]);
      }
    },
  );

  it('does not mind the order of entries, and takes each as one read where there are no counts', async () => {
    const offsets = Uint32Array.of(0, 2, 4);
    const counts = Float64Array.of(3, 1, 2, 2);
    const options = { metric: 'brayCurtis', featureCount: 3 } as const;
    const rising = { offsets, features: Uint32Array.of(0, 2, 0, 1), counts };
    const mixed = { offsets, features: Uint32Array.of(2, 0, 1, 0), counts: Float64Array.of(1, 3, 2, 2) };
    expect([...(await communityDistances(rising, options))]).toEqual([4 / 8]);
    expect([...(await communityDistances(mixed, options))]).toEqual([4 / 8]);
    expect([...(await communityDistances({ offsets, features: rising.features }, options))]).toEqual([2 / 4]);
  });

  it('refuses unknown metrics, features beyond those that there are, and offsets that do not fit', async () => {
    const refused = (given: SampleFeatures, options: object, code: string): Promise<void> =>
      expect(communityDistances(given, { metric: 'jaccard', featureCount, ...options })).rejects.toMatchObject({
        code,
      });
    await refused(samples, { metric: 'unifrac' }, 'OPTION_INVALID');
    await refused(samples, { featureCount: 2 }, 'TABLE_INVALID');
    await refused({ ...samples, offsets: Uint32Array.of(0, 9) }, {}, 'TABLE_INVALID');
  });
});
