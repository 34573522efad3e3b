import { buildFeatureTable, type FeatureTable } from '@seq/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommunityMetric,
  communityMatrix,
  communityOfPairs,
  communityToReferences,
  faithPd,
  parseNewick,
  unifracGain,
  unifracMatrix,
  unifracOfPairs,
} from '../src/index.js';
import { communityMetrics } from './small-tables.js';

const newick = '((a:1,b:2):0.5,(c:1,(d:0.25,e:3):1):0.75,f:4);';
const featureIds = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A table of rows of counts. */
function tableOf(rows: readonly (readonly number[])[]): FeatureTable {
  const entries = rows.flatMap((counts, sample) => counts.map((count, feature) => ({ sample, feature, count })));
  return buildFeatureTable({
    sampleIds: rows.map((_, i) => `s${i}`),
    featureIds,
    samples: Uint32Array.from(entries, ({ sample }) => sample),
    features: Uint32Array.from(entries, ({ feature }) => feature),
    counts: Float64Array.from(entries, ({ count }) => count),
  });
}

const rows = [
  [3, 0, 0, 1, 0, 0],
  [0, 0, 0, 0, 0, 0],
  [3, 2, 7, 1, 0, 1],
  [0, 0, 0, 0, 5, 0],
  [6, 0, 0, 2, 0, 0],
  [0, 0, 0, 0, 0, 0],
];
const table = tableOf(rows);
const pairs = Uint32Array.of(0, 2, 2, 0, 3, 3, 1, 5, 4, 0, 5, 2, 0, 2, 1, 1);
const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { readonly code: string }) => error.code,
  );

describe('communityMatrix', () => {
  const parts = (counts: readonly number[]): number[] => {
    const total = counts.reduce((a, b) => a + b, 0);
    return counts.map((count) => (total === 0 ? 0 : count / total));
  };
  const euclidean = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((x, i) => x - b[i]!));

  it.each([
    ['hellinger', (a, b) => euclidean(parts(a).map(Math.sqrt), parts(b).map(Math.sqrt))],
    ['euclideanRelative', (a, b) => euclidean(parts(a), parts(b))],
  ] satisfies readonly (readonly [CommunityMetric, (a: readonly number[], b: readonly number[]) => number])[])(
    'gives %s as its definition, and exactly 0 for equal parts',
    async (metric, definition) => {
      const matrix = await communityMatrix(table, { metric });
      for (let i = 0; i < rows.length; i++) {
        for (let j = 0; j < rows.length; j++) {
          expect(Math.abs(matrix.get(i, j) - definition(rows[i]!, rows[j]!))).toBeLessThanOrEqual(1e-14);
        }
      }
      expect(matrix.get(0, 4)).toBe(0);
      expect(matrix.get(0, 3)).toBeGreaterThan(1);
    },
  );

  it('has a rule for empty samples', async () => {
    for (const metric of communityMetrics) {
      const zero = await communityMatrix(table, { metric });
      expect(zero.get(1, 5)).toBe(0);
      const nan = await communityMatrix(table, { metric, emptySamples: 'nan' });
      const wanted = zero
        .toSquare()
        .map((distance, cell) => (cell === 1 * 6 + 5 || cell === 5 * 6 + 1 ? Number.NaN : distance));
      expect(nan.toSquare()).toEqual(wanted);
      const refused = communityMatrix(table, { metric, emptySamples: 'error' });
      await expect(refused).rejects.toThrowError(/2 of 6 samples .*first: "s1", "s5"/);
    }
  });
});

describe('pairs and references', () => {
  it('without a tree have the bits of the whole matrix', async () => {
    for (const metric of ['brayCurtis', 'aitchison', 'hellinger'] as const) {
      const whole = await communityMatrix(table, { metric });
      const found = await communityOfPairs(table, { metric, pairs, threads: 2 });
      expect([...found]).toEqual(Array.from(found, (_, pair) => whole.get(pairs[2 * pair]!, pairs[2 * pair + 1]!)));
      const referenceIds = ['s4', 's1'];
      const { distances } = await communityToReferences(table, { metric, referenceIds, emptySamples: 'nan' });
      const wanted = rows.flatMap((_, i) => [whole.get(i, 4), i === 5 ? Number.NaN : whole.get(i, 1)]);
      expect([...distances]).toEqual(wanted);
    }
    const undefinedOnes = await communityOfPairs(table, { metric: 'jaccard', pairs, emptySamples: 'nan' });
    expect([undefinedOnes[3], undefinedOnes[7]]).toEqual([Number.NaN, 0]);
  });

  it('on a tree are those of the whole matrix', async () => {
    using tree = parseNewick(newick);
    for (const options of [
      { metric: 'unweighted' },
      { metric: 'weightedNormalized' },
      { metric: 'generalized', alpha: 0.5 },
      { metric: 'weightedUnnormalized', varianceAdjusted: true },
    ] as const) {
      const whole = await unifracMatrix(table, tree, options);
      const found = await unifracOfPairs(table, tree, { ...options, pairs });
      expect(found).toHaveLength(8);
      for (const [pair, distance] of found.entries()) {
        const wanted = whole.get(pairs[2 * pair]!, pairs[2 * pair + 1]!);
        expect(Math.abs(distance - wanted)).toBeLessThanOrEqual(2e-6);
      }
      expect(await unifracOfPairs(table, tree, { ...options, pairs, threads: 1 })).toEqual(found);
    }
    expect((await unifracOfPairs(table, tree, { pairs, emptySamples: 'nan' }))[3]).toBeNaN();
    expect(await unifracOfPairs(table, tree, { pairs: new Uint32Array(0) })).toHaveLength(0);
  });

  it('are refused if they do not fit the table', async () => {
    using tree = parseNewick(newick);
    const half = Uint32Array.of(0, 1, 2);
    const outside = Uint32Array.of(0, 1, 2, 6);
    expect(await codeOf(unifracOfPairs(table, tree, { pairs: half }))).toBe('PAIRS_INVALID');
    await expect(communityOfPairs(table, { metric: 'jaccard', pairs: outside })).rejects.toThrowError(
      'pair 1 has sample 6; the table has 6',
    );
    expect(await codeOf(communityToReferences(table, { metric: 'jaccard', referenceIds: ['s9'] }))).toBe(
      'SAMPLE_UNKNOWN',
    );
    expect(await codeOf(unifracOfPairs(table, tree, { pairs, emptySamples: 'error' }))).toBe('SAMPLE_EMPTY');
    expect(await codeOf(unifracOfPairs(table, tree, { pairs: Uint32Array.of(0, 2), emptySamples: 'error' }))).toBe(
      'done',
    );
  });
});

describe('unifracGain', () => {
  it('is the branch length that one sample has alone, in both directions', async () => {
    using tree = parseNewick(newick);
    const found = await unifracGain(table, tree, { threads: 2 });
    // s0 has a and d, s3 has e: they share the branches of 0.75 and 1.
    expect([found.gain(0, 3), found.gain(3, 0)]).toEqual([1 + 0.5 + 0.25, 3]);
    // All that s0 has, s2 has.
    expect([found.gain(0, 2), found.gain(0, 4), found.gain(1, 0), found.gain(0, 0)]).toEqual([0, 0, 0, 0]);
    expect(found.gain(0, 1)).toBe((await faithPd(table, tree))[0]);
    expect(() => found.gain(0, 6)).toThrowError(expect.objectContaining({ code: 'SAMPLE_UNKNOWN' }));
  });

  it('for any samples, both directions add up to the unnormalised distance', async () => {
    using tree = parseNewick(newick);
    const sample = fc.array(fc.constantFrom(0, 0, 1, 5), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 6 }), async (some) => {
        const any = tableOf(some);
        const { gain } = await unifracGain(any, tree);
        const apart = await unifracMatrix(any, tree, { metric: 'unweightedUnnormalized' });
        for (let i = 0; i < some.length; i++) {
          for (let j = 0; j < some.length; j++) {
            expect(Math.abs(gain(i, j) + gain(j, i) - apart.get(i, j))).toBeLessThanOrEqual(1e-5);
            expect(gain(i, j)).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('normalizeSampleCounts: false', () => {
  it('compares reads instead of parts of them', async () => {
    using tree = parseNewick(newick);
    const options = { metric: 'weightedUnnormalized', normalizeSampleCounts: false } as const;
    const matrix = await unifracMatrix(table, tree, options);
    // s4 has twice the reads of s0: 3 more on the way to a, 1 more on the way to d.
    expect(matrix.get(0, 4)).toBeCloseTo(3 * 1.5 + 1 * 2, 4);
    expect((await unifracMatrix(table, tree, { metric: 'weightedUnnormalized' })).get(0, 4)).toBe(0);
    const normalized = await unifracMatrix(table, tree, { ...options, metric: 'weightedNormalized' });
    expect(normalized.get(0, 4)).toBeCloseTo(1 / 3, 6);
    const generalized = await unifracMatrix(table, tree, { ...options, metric: 'generalized', alpha: 1 });
    expect(generalized.get(2, 4)).toBeCloseTo(normalized.get(2, 4), 6);
  });

  it('changes no measure of presence, and does not go with variance adjustment', async () => {
    using tree = parseNewick(newick);
    const options = { normalizeSampleCounts: false } as const;
    expect((await unifracMatrix(table, tree, options)).condensed).toEqual((await unifracMatrix(table, tree)).condensed);
    const both = { ...options, metric: 'weightedNormalized', varianceAdjusted: true } as const;
    expect(await codeOf(unifracMatrix(table, tree, both))).toBe('OPTION_INVALID');
  });
});
