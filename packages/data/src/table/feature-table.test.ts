import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, rowsOf, tableOf } from '../../test/fixtures.js';
import { buildFeatureTable } from './build-feature-table.js';
import { countLimits } from './count-limits.js';
import { FeatureTable, type FeatureTableParts } from './feature-table.js';
import { featureTotals, sampleTotals } from './sample-totals.js';
import { selectFeatures } from './select-features.js';
import { selectSamples } from './select-samples.js';

const parts: FeatureTableParts = {
  sampleIds: ['a', 'b', 'c'],
  featureIds: ['x', 'y'],
  sampleOffsets: Uint32Array.of(0, 2, 2, 3),
  featureIndices: Uint32Array.of(0, 1, 1),
  counts: Float64Array.of(3, 1.5, 2),
};

const anyRows = fc
  .record({ rows: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 1, max: 6 }) })
  .chain(({ rows, columns }) =>
    fc.array(fc.array(fc.constantFrom(0, 0, 1, 2, 0.5, 1e9), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );

describe('FeatureTable', () => {
  it('finds samples and features by id', () => {
    const table = new FeatureTable(parts);
    expect([table.sampleCount, table.featureCount, table.entryCount]).toEqual([3, 2, 3]);
    expect([table.sampleIndex('c'), table.sampleIndex('x'), table.featureIndex('y')]).toEqual([2, undefined, 1]);
  });

  it('names the first id given twice and counts them', () => {
    const twice = () => new FeatureTable({ ...parts, sampleIds: ['a', 'a', 'a'] });
    expect(twice).toThrow('2 sample ids given before (first: "a")');
    expect(() => new FeatureTable({ ...parts, featureIds: ['x', ''] })).toThrow('1 feature id empty (first: number 2)');
  });

  it('names the first count that is no number of reads, with its sample and feature', () => {
    const withCounts = (...counts: number[]) => new FeatureTable({ ...parts, counts: Float64Array.from(counts) });
    expect(() => withCounts(1, Number.NaN, -1)).toThrow(
      '2 counts zero, negative, infinite or not a number (first: NaN for feature "y" in sample "a")',
    );
    expect(() => withCounts(1, 1, Number.POSITIVE_INFINITY)).toThrow('for feature "y" in sample "c"');
    expect(() => withCounts(0, 1, 1)).toThrow('1 count zero');
  });

  it.each([
    ['too few offsets', { sampleOffsets: Uint32Array.of(0, 3) }],
    ['offsets that do not end at the counts', { sampleOffsets: Uint32Array.of(0, 1, 1, 2) }],
    ['offsets that do not start at zero', { sampleOffsets: Uint32Array.of(1, 2, 2, 3) }],
    ['offsets that decrease', { sampleOffsets: Uint32Array.of(0, 2, 1, 3) }],
    ['features out of order', { featureIndices: Uint32Array.of(1, 0, 1) }],
    ['a feature twice', { featureIndices: Uint32Array.of(1, 1, 1) }],
    ['a feature that does not exist', { featureIndices: Uint32Array.of(0, 2, 1) }],
    ['a missing index', { featureIndices: Uint32Array.of(0, 1) }],
    ['too little taxonomy', { taxonomy: [['k__Bacteria']] }],
    ['too little sample metadata', { sampleMetadata: new Map([['pH', ['7']]]) }],
  ])('refuses %s', async (_, wrong) => {
    expect(await codeOf(() => new FeatureTable({ ...parts, ...wrong }))).toBe('TABLE_INVALID');
  });
});

describe('buildFeatureTable', () => {
  it('for any entries in any order, holds exactly the counts that are not zero', () => {
    fc.assert(
      fc.property(anyRows, fc.infiniteStream(fc.nat()), (rows, keys) => {
        const entries = rows.flatMap((row, sample) => row.map((count, feature) => ({ sample, feature, count })));
        const shuffled = entries
          .map((entry) => ({ entry, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry);
        const table = buildFeatureTable({
          sampleIds: rows.map((_, i) => `s${i}`),
          featureIds: rows[0]!.map((_, i) => `f${i}`),
          samples: Uint32Array.from(shuffled, ({ sample }) => sample),
          features: Uint32Array.from(shuffled, ({ feature }) => feature),
          counts: Float64Array.from(shuffled, ({ count }) => count),
        });
        expect(rowsOf(table)).toEqual(rows);
        expect(table.entryCount).toBe(rows.flat().filter((count) => count !== 0).length);
      }),
    );
  });

  it('refuses a place given twice, an index beyond its axis, and lists of different length', async () => {
    const build = (samples: number[], features: number[], counts: number[]) => () =>
      buildFeatureTable({
        sampleIds: ['a'],
        featureIds: ['x', 'y'],
        samples: Uint32Array.from(samples),
        features: Uint32Array.from(features),
        counts: Float64Array.from(counts),
      });
    expect(build([0, 0], [1, 1], [1, 2])).toThrow('sample "a" has two counts of feature "y"');
    expect(build([1], [0], [1])).toThrow('entry 1 names sample number 2, but there are only 1');
    expect(await codeOf(build([0], [0], [1, 2]))).toBe('TABLE_INVALID');
    expect(build([0], [0], [-2])).toThrow('1 count negative, infinite or not a number (first: -2');
  });
});

describe('totals', () => {
  it('are the sums of rows and of columns', () => {
    const table = tableOf([
      [1, 0, 2.5],
      [0, 0, 0],
      [4, 0, 8],
    ]);
    expect([...sampleTotals(table)]).toEqual([3.5, 0, 12]);
    expect([...featureTotals(table)]).toEqual([5, 0, 10.5]);
  });
});

describe('countLimits', () => {
  it('are the smallest and the largest count that is not zero', () => {
    expect(
      countLimits(
        tableOf([
          [0, 3, 2.5],
          [9, 0, 4],
        ]),
      ),
    ).toEqual({ minimum: 2.5, maximum: 9 });
    expect(countLimits(tableOf([[0, 0]]))).toEqual({ minimum: 0, maximum: 0 });
  });
});

describe('selectSamples and selectFeatures', () => {
  const table = new FeatureTable({
    ...parts,
    taxonomy: [['k__A'], ['k__B']],
    sampleMetadata: new Map([['pH', ['5', '6', '7']]]),
  });

  it('take what is asked for, in the order asked for, with what belongs to it', () => {
    const samples = selectSamples(table, ['c', 'a']);
    expect(samples.sampleIds).toEqual(['c', 'a']);
    expect(rowsOf(samples)).toEqual([
      [0, 2],
      [3, 1.5],
    ]);
    expect(samples.sampleMetadata?.get('pH')).toEqual(['7', '5']);
    const features = selectFeatures(table, ['y', 'x']);
    expect(features.taxonomy).toEqual([['k__B'], ['k__A']]);
    expect(rowsOf(features)).toEqual([
      [1.5, 3],
      [0, 0],
      [2, 0],
    ]);
    expect(rowsOf(selectFeatures(table, ['x']))).toEqual([[3], [0], [0]]);
    expect(selectSamples(table, []).sampleCount).toBe(0);
  });

  it('count and name ids that the table does not have', async () => {
    expect(() => selectSamples(table, ['a', 'q', 'r'])).toThrow('2 samples of 3 not in the table (first: "q", "r")');
    expect(await codeOf(() => selectSamples(table, ['a', 'a']))).toBe('TABLE_ID_INVALID');
    expect(await codeOf(() => selectFeatures(table, ['z']))).toBe('FEATURE_UNKNOWN');
    expect(await codeOf(() => selectFeatures(table, ['x', 'x']))).toBe('TABLE_ID_INVALID');
  });

  it('for any rows and columns, agree with picking them from the dense table', () => {
    fc.assert(
      fc.property(anyRows, fc.nat(), (rows, salt) => {
        const all = tableOf(rows);
        const samples = all.sampleIds.filter((_, i) => ((salt >> i) & 1) === 1).reverse();
        const features = all.featureIds.filter((_, i) => ((salt >> (i + 6)) & 1) === 1).reverse();
        const picked = selectFeatures(selectSamples(all, samples), features);
        const wanted = samples.map((s) => features.map((f) => rows[all.sampleIndex(s)!]![all.featureIndex(f)!]!));
        expect(rowsOf(picked)).toEqual(wanted);
      }),
    );
  });
});
