import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, rowsOf, tableOf } from '../../test/fixtures.js';
import { Draws } from '../random/draws.js';
import { sampleTotals } from '../table/sample-totals.js';
import { selectSamples } from '../table/select-samples.js';
import { rarefy } from './rarefy.js';
import { rarefySample } from './rarefy-sample.js';

const anyRows = fc.integer({ min: 1, max: 8 }).chain((width) =>
  fc.array(fc.array(fc.constantFrom(0, 0, 1, 2, 7, 40), { minLength: width, maxLength: width }), {
    minLength: 1,
    maxLength: 6,
  }),
);
const sum = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);

describe('rarefySample', () => {
  const draw = (counts: number[], depth: number, epoch: number): number[] => [
    ...rarefySample(Float64Array.from(counts), depth, new Draws({ seed: 5, purpose: 'rarefaction', epoch })),
  ];

  it('for any counts, keeps exactly the depth and never more than was there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (counts, share, epoch) => {
          const depth = Math.floor(share * sum(counts));
          const left = draw(counts, depth, epoch);
          expect(sum(left)).toBe(depth);
          expect(left.every((count, i) => count >= 0 && count <= counts[i]!)).toBe(true);
        },
      ),
    );
  });

  it.each([3, 9])('draws %d of 12 reads with the mean and variance of the hypergeometric distribution', (depth) => {
    const counts = [6, 1, 5];
    const times = 20_000;
    const all = Array.from({ length: times }, (_, epoch) => draw(counts, depth, epoch));
    counts.forEach((count, i) => {
      const mean = sum(all.map((left) => left[i]!)) / times;
      const variance = sum(all.map((left) => (left[i]! - mean) ** 2)) / times;
      const share = count / 12;
      const wanted = depth * share * (1 - share) * ((12 - depth) / 11);
      expect(Math.abs(mean - depth * share)).toBeLessThan(5 * Math.sqrt(wanted / times));
      expect(Math.abs(variance - wanted)).toBeLessThan(0.05 * wanted);
    });
  });

  it('draws of very many reads those that a list of the drawn ones has', () => {
    // Single reads first, each a place where one count ends and the next begins.
    const counts = Float64Array.from({ length: 10_001 }, (_, i) => (i < 10_000 ? 1 : 2 ** 24));
    const [depth, total] = [100_000, 2 ** 24 + 10_000];
    const key = { seed: 5, purpose: 'rarefaction', epoch: 3 } as const;
    const draws = new Draws(key);
    const drawn = new Set<number>();
    for (let last = total - depth; last < total; last++) {
      const read = draws.below(last + 1);
      drawn.add(drawn.has(read) ? last : read);
    }
    const left = rarefySample(counts, depth, new Draws(key));
    const singles = Array.from({ length: 10_000 }, (_, read) => (drawn.has(read) ? 1 : 0));
    expect(sum(singles)).toBeGreaterThan(20);
    expect([...left]).toEqual([...singles, depth - sum(singles)]);
  });

  it('draws every set of reads equally often', () => {
    const times = new Map<string, number>();
    for (let epoch = 0; epoch < 10_000; epoch++) {
      const key = draw([1, 1, 1, 1, 1], 2, epoch).join('');
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    expect(times.size).toBe(10);
    for (const found of times.values()) expect(Math.abs(found - 1000)).toBeLessThan(150);
  });

  it('draws few of very many reads without a place for each', () => {
    const counts = [3e15, 1e15, 0, 2];
    const left = draw(counts, 4000, 1);
    expect(sum(left)).toBe(4000);
    expect(left[2]).toBe(0);
    expect(Math.abs(left[0]! - 3000)).toBeLessThan(5 * Math.sqrt(750));
    expect(sum(draw(counts, sum(counts) - 1, 1))).toBe(sum(counts) - 1);
  });

  it('gives one draw for one key on every machine', () => {
    expect(draw([5, 2, 4, 1, 9, 0, 3], 12, 0)).toMatchInlineSnapshot(`
      [
        2,
        1,
        1,
        0,
        6,
        0,
        2,
      ]
    `);
  });
});

describe('rarefy', () => {
  const table = tableOf([
    [5, 2, 4, 1],
    [0, 7, 1, 2],
    [3, 0, 9, 3],
  ]);

  it('for any table and depth, gives the kept samples the depth and reports the others', () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 1, max: 30 }), fc.nat(), (rows, depth, seed) => {
        fc.pre(rows.some((row) => sum(row) >= depth));
        const before = tableOf(rows);
        const { table: after, belowDepth } = rarefy(before, { depth, seed });
        expect(belowDepth.map(({ reads }) => reads)).toEqual(rows.map(sum).filter((reads) => reads < depth));
        expect(after.sampleCount + belowDepth.length).toBe(rows.length);
        expect([...sampleTotals(after)]).toEqual(after.sampleIds.map(() => depth));
        expect(after.featureIds).toEqual(before.featureIds);
        rowsOf(after).forEach((row, i) => {
          const source = rows[before.sampleIndex(after.sampleIds[i]!)!]!;
          expect(row.every((count, j) => count <= source[j]!)).toBe(true);
        });
      }),
    );
  });

  it('draws a sample the same whatever other samples there are', () => {
    const all = rarefy(table, { depth: 8, seed: 3 }).table;
    for (const id of table.sampleIds) {
      const alone = rarefy(selectSamples(table, [id]), { depth: 8, seed: 3 }).table;
      expect(rowsOf(alone)).toEqual(rowsOf(selectSamples(all, [id])));
    }
  });

  it('draws anew for another seed and another epoch, and the same for the same', () => {
    const draw = (seed: number, epoch: number) => rowsOf(rarefy(table, { depth: 6, seed, epoch }).table).join(';');
    expect(draw(1, 2)).toBe(draw(1, 2));
    expect(new Set([draw(1, 0), draw(2, 0), draw(1, 1), draw(1, 2)]).size).toBe(4);
  });

  it('leaves a sample of exactly the depth as it is', () => {
    expect(rowsOf(rarefy(table, { depth: 10, seed: 1 }).table)[1]).toEqual([0, 7, 1, 2]);
  });

  it('drops samples below the depth and names them, or keeps all their reads', () => {
    const dropped = rarefy(table, { depth: 12, seed: 1 });
    expect(dropped.table.sampleIds).toEqual(['s1', 's3']);
    expect(dropped.belowDepth).toEqual([{ sampleId: 's2', reads: 10 }]);
    const kept = rarefy(table, { depth: 12, seed: 1, belowDepth: 'keep' });
    expect(kept.belowDepth).toEqual(dropped.belowDepth);
    expect([...sampleTotals(kept.table)]).toEqual([12, 10, 12]);
  });

  it('says how many reads the largest sample has if none reaches the depth', async () => {
    expect(() => rarefy(table, { depth: 16, seed: 1 })).toThrow('none of 3 samples has 16 reads; the largest has 15.');
    expect(await codeOf(() => rarefy(table, { depth: 16, seed: 1 }))).toBe('RAREFACTION_LEAVES_NOTHING');
  });

  it('names the sample and feature of a count with a fraction', async () => {
    const fractional = tableOf([
      [5, 2],
      [1.5, 0.25],
    ]);
    expect(() => rarefy(fractional, { depth: 1, seed: 1 })).toThrow(
      '2 counts with a fraction (first: 1.5 for feature "f1" in sample "s2")',
    );
    expect(await codeOf(() => rarefy(fractional, { depth: 1, seed: 1 }))).toBe('COUNTS_NOT_INTEGER');
    expect(await codeOf(() => rarefy(tableOf([[2 ** 53, 2]]), { depth: 1, seed: 1 }))).toBe('TABLE_COUNT_INVALID');
  });

  it.each([{ depth: 0 }, { depth: 1.5 }, { depth: Number.NaN }, { seed: -1 }, { seed: 2 ** 53 }, { epoch: 2 ** 32 }])(
    'refuses %j',
    async (wrong) => {
      expect(await codeOf(() => rarefy(table, { depth: 1, seed: 1, ...wrong }))).toBe('OPTION_INVALID');
    },
  );
});
