import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, rowsOf, tableOf } from '../../test/fixtures.js';
import { featureMajor } from './feature-major.js';
import { type FeatureMajorMatrix, FeatureMajorRows } from './feature-major-rows.js';
import { FeatureTable } from './feature-table.js';

/** A matrix of a table, and from where to where it was read. */
function matrixOf(table: FeatureTable): FeatureMajorMatrix & { readonly read: [number, number][] } {
  const { featureOffsets, sampleIndices, counts } = featureMajor(table);
  const read: [number, number][] = [];
  return {
    sampleIds: table.sampleIds,
    featureIds: table.featureIds,
    starts: Float64Array.from(featureOffsets),
    samples: async ({ first, last }) => {
      read.push([first, last]);
      return sampleIndices.slice(featureOffsets[first], featureOffsets[last]);
    },
    counts: async ({ first, last }) => counts.slice(featureOffsets[first], featureOffsets[last]),
    read,
  };
}

const rows = [
  [1, 0, 2, 0],
  [0, 3, 0, 0],
  [4, 5, 6, 7],
  [0, 0, 0, 8],
];

describe('FeatureMajorRows', () => {
  it('for any table, limits and ranges, gives the samples as the table has them', async () => {
    const count = fc.oneof(fc.constant(0), fc.nat(9));
    const shape = fc.record({ samples: fc.integer({ min: 1, max: 6 }), features: fc.integer({ min: 1, max: 5 }) });
    const tables = shape.chain(({ samples, features }) =>
      fc.array(fc.array(count, { minLength: features, maxLength: features }), {
        minLength: samples,
        maxLength: samples,
      }),
    );
    const range = fc.tuple(fc.nat(6), fc.nat(6));
    await fc.assert(
      fc.asyncProperty(tables, fc.array(range), fc.nat(12), fc.nat(8), async (counts, ranges, kept, atOnce) => {
        const table = tableOf(counts);
        const reader = new FeatureMajorRows(matrixOf(table), { kept, atOnce });
        for (const [one, other] of ranges) {
          const [start, end] = [Math.min(one, other, counts.length), Math.min(Math.max(one, other), counts.length)];
          const found = await reader.samples(start, end);
          const whole = new FeatureTable({ ...found, featureIds: table.featureIds });
          expect(rowsOf(whole)).toEqual(counts.slice(start, end));
        }
      }),
    );
  });

  it('passes over a small matrix once for all, in the pieces asked for', async () => {
    const matrix = matrixOf(tableOf(rows));
    const reader = new FeatureMajorRows(matrix, { kept: 100, atOnce: 3 });
    const pass = [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ];
    await Promise.all([reader.samples(2, 3), reader.samples(0, 2), reader.samples(3, 4)]);
    // The first pass counts, the second reads.
    expect(matrix.read).toEqual([...pass, ...pass]);
  });

  it('keeps no more than it may, and passes over the matrix again for what it has not kept', async () => {
    const matrix = matrixOf(tableOf(rows));
    const reader = new FeatureMajorRows(matrix, { kept: 3 });
    const passes: number[] = [];
    for (let row = 0; row < 4; row++) {
      await reader.samples(row, row + 1);
      passes.push(matrix.read.length);
    }
    // Samples 0 and 1 have three counts together, sample 2 has four alone.
    expect(passes).toEqual([2, 2, 3, 4]);
  });

  it('drops zeros, and refuses a place that stands twice and counts that are none', async () => {
    const matrix = (samples: number[], counts: number[]): FeatureMajorRows =>
      new FeatureMajorRows({
        sampleIds: ['s1', 's2'],
        featureIds: ['f1'],
        starts: Float64Array.of(0, samples.length),
        samples: async () => Uint32Array.from(samples),
        counts: async () => Float64Array.from(counts),
      });
    const found = await matrix([1, 0], [0, 2]).samples(0, 2);
    expect([[...found.sampleOffsets], [...found.counts]]).toEqual([[0, 1, 1], [2]]);
    expect(await codeOf(() => matrix([1, 1], [1, 2]).samples(0, 2))).toBe('TABLE_INVALID');
    expect(await codeOf(() => matrix([1, 0], [1, -2]).samples(0, 2))).toBe('TABLE_COUNT_INVALID');
    expect(await codeOf(() => matrix([1, 0], [Number.NaN, 2]).samples(0, 2))).toBe('TABLE_COUNT_INVALID');
  });
});
