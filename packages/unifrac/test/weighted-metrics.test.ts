import { describe, expect, it } from 'vitest';
import { createUnifrac, parseNewick, unifracMatrix } from '../src/index.js';
import { listsOf, tableOf } from './small-tables.js';

const features = ['e', 'd', 'c', 'b', 'a'];

describe('weighted metrics', () => {
  const tree = parseNewick('((a:1,b:2):3,(c:4,d:5):6,e:7):100;');
  const counts = { s1: [0, 0, 0, 0, 9], s2: [0, 0, 0, 2, 1], s3: [5, 5, 5, 5, 5], s4: [0, 0, 0, 0, 0] };
  const table = tableOf(features, counts);

  it('have the values of their definitions', async () => {
    const pair = async (options: object): Promise<number> =>
      (await unifracMatrix(table, tree, { precision: 'exact', ...options })).get(0, 1);
    // s1 is all a; s2 is a third a and two thirds b: branches a, b and their common one of 3.
    const [a, b, ab] = [1 * (1 - 1 / 3), 2 * (2 / 3), 0];
    const sum = 1 * (4 / 3) + 2 * (2 / 3) + 3 * 2;
    expect(await pair({ metric: 'weightedUnnormalized' })).toBeCloseTo(a + b + ab, 14);
    expect(await pair({ metric: 'weightedNormalized' })).toBeCloseTo((a + b) / sum, 14);
    expect(await pair({ metric: 'generalized', alpha: 1 })).toBeCloseTo((a + b) / sum, 14);
    const [num, den] = [1 * 0.5 + 2 * 1, 1 + 2 + 3];
    expect(await pair({ metric: 'generalized', alpha: 0 })).toBeCloseTo(num / den, 14);
    // 12 reads in all: 10 below a, 2 below b, all below their common branch, which is left out.
    const v = Math.sqrt(10 * 2);
    const adjusted = (a + b) / v / ((1 * (4 / 3) + 2 * (2 / 3)) / v);
    expect(await pair({ metric: 'weightedNormalized', varianceAdjusted: true })).toBeCloseTo(adjusted, 14);
  });

  it('are the same for mini-batches, which then need counts', async () => {
    using unifrac = createUnifrac(tree, features);
    const { sampleOffsets: offsets, featureIndices } = table;
    for (const options of [{ metric: 'weightedNormalized' }, { metric: 'generalized', alpha: 0.3 }] as const) {
      const whole = await unifracMatrix(table, tree, options);
      expect(unifrac.distances({ offsets, features: featureIndices, counts: table.counts }, options)).toEqual(
        whole.condensed,
      );
      expect(() => unifrac.distances({ offsets, features: featureIndices }, options)).toThrowError(/needs the counts/);
    }
    expect(() => unifrac.distances(listsOf([0]), { varianceAdjusted: true })).toThrowError(/needs the counts/);
    const one = {
      offsets: offsets.slice(0, 2),
      features: featureIndices.subarray(0, 1),
      counts: table.counts.subarray(0, 1),
    };
    const between = unifrac.distancesBetween(
      one,
      { offsets, features: featureIndices, counts: table.counts },
      { metric: 'weightedNormalized' },
    );
    const whole = await unifracMatrix(table, tree, { metric: 'weightedNormalized' });
    expect([...between]).toEqual([0, whole.get(0, 1), whole.get(0, 2), whole.get(0, 3)]);
  });

  it('refuse an alpha that is missing, out of range or without use, and metrics that do not exist', async () => {
    const refused = (options: object): Promise<void> =>
      expect(unifracMatrix(table, tree, options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await refused({ metric: 'generalized' });
    await refused({ metric: 'generalized', alpha: 1.5 });
    await refused({ metric: 'generalized', alpha: Number.NaN });
    await refused({ metric: 'weightedNormalized', alpha: 0.5 });
    await refused({ metric: 'weighted' });
    await refused({ threads: 1.5 });
  });
});
