import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, rowsOf, tableOf } from '../../test/fixtures.js';
import { type FilterTableOptions, filterTable } from './filter-table.js';

const rows = [
  [9, 1, 0, 0, 5],
  [0, 4, 2, 0, 5],
  [3, 0, 0, 0, 0],
  [0, 0, 0, 0, 0],
];
const table = tableOf(rows);
const sum = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);

describe('filterTable', () => {
  it('without conditions leaves out what has no reads, and says so', () => {
    const filtered = filterTable(table, {});
    expect([filtered.table.sampleIds, filtered.table.featureIds]).toEqual([
      ['s1', 's2', 's3'],
      ['f1', 'f2', 'f3', 'f5'],
    ]);
    expect(filtered.removedSamples).toEqual([{ id: 's4', reason: 'no-reads', reads: 0 }]);
    expect(filtered.removedFeatures).toEqual([{ id: 'f4', reason: 'no-reads', reads: 0 }]);
    expect(filtered.reads).toEqual({ inTable: 29, kept: 29 });
  });

  it('judges features by the chosen samples, and samples by the features that are left', () => {
    const filtered = filterTable(table, { sampleIds: ['s2', 's1', 's3'], minimumSamples: 2, minimumReads: 9 });
    // f3 is in one sample only; without it s2 keeps 9 reads, and s3 has 3.
    expect(rowsOf(filtered.table)).toEqual([
      [9, 1, 5],
      [0, 4, 5],
    ]);
    expect(filtered.removedSamples).toEqual([
      { id: 's3', reason: 'too-few-reads', reads: 3 },
      { id: 's4', reason: 'not-chosen', reads: 0 },
    ]);
    expect(filtered.removedFeatures).toEqual([
      { id: 'f3', reason: 'too-few-samples', reads: 2 },
      { id: 'f4', reason: 'too-few-samples', reads: 0 },
    ]);
    expect(filtered.reads).toEqual({ inTable: 29, kept: 24 });
  });

  it('for any table and conditions, agrees with filtering the dense counts, and loses no book entry', () => {
    const anyRows = fc.array(fc.array(fc.constantFrom<number[]>(0, 0, 1, 3, 10), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 6,
    });
    const anyOptions = fc.record({
      chosen: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      minimumReads: fc.option(fc.nat(12), { nil: undefined }),
      minimumSamples: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      minimumPrevalence: fc.option(fc.constantFrom(0, 0.25, 0.5, 1), { nil: undefined }),
      minimumFeatureReads: fc.option(fc.nat(12), { nil: undefined }),
    });
    fc.assert(
      fc.property(anyRows, anyOptions, (dense, { chosen, ...conditions }) => {
        const made = tableOf(dense);
        const sampleIds = made.sampleIds.filter((_, i) => chosen[i]);
        const picked = dense.map((row, i) => ({ id: `s${i + 1}`, row })).filter((_, i) => chosen[i]);
        const columns = [0, 1, 2, 3].filter((j) => {
          const bearers = picked.filter(({ row }) => row[j]! > 0).length;
          const enough = Math.max(conditions.minimumSamples ?? 0, (conditions.minimumPrevalence ?? 0) * picked.length);
          return bearers >= enough && sum(picked.map(({ row }) => row[j]!)) >= (conditions.minimumFeatureReads ?? 0);
        });
        const kept = picked
          .map(({ id, row }) => ({ id, row: columns.map((j) => row[j]!) }))
          .filter(({ row }) => sum(row) >= Math.max(conditions.minimumReads ?? 0, 1));
        const seen = columns.filter((_, k) => kept.some(({ row }) => row[k]! > 0));
        if (kept.length === 0) {
          expect(() => filterTable(made, { sampleIds, ...conditions })).toThrow('nothing is left');
          return;
        }
        const filtered = filterTable(made, { sampleIds, ...conditions });
        expect(filtered.table.sampleIds).toEqual(kept.map(({ id }) => id));
        expect(filtered.table.featureIds).toEqual(seen.map((j) => `f${j + 1}`));
        expect(rowsOf(filtered.table)).toEqual(kept.map(({ row }) => row.filter((_, k) => seen.includes(columns[k]!))));
        expect(filtered.removedSamples.length + kept.length).toBe(dense.length);
        expect(filtered.removedFeatures.length + seen.length).toBe(4);
        for (const { id, reads } of filtered.removedSamples) expect(reads).toBe(sum(dense[Number(id.slice(1)) - 1]!));
      }),
    );
  });

  it('hands back the same table where everything stays', () => {
    const full = tableOf([[1, 2]]);
    expect(filterTable(full, { minimumReads: 3, minimumPrevalence: 1 }).table).toBe(full);
  });

  it('says what each condition removed where nothing is left', async () => {
    const none = () => filterTable(table, { sampleIds: ['s1', 's2'], minimumReads: 99 });
    expect(none).toThrow(
      'nothing is left of 4 samples and 5 features (samples removed: 2 too-few-reads, 2 not-chosen; features removed: 5 no-reads)',
    );
    expect(await codeOf(none)).toBe('TABLE_EMPTY');
  });

  it.each<[FilterTableOptions, string]>([
    [{ sampleIds: ['s9'] }, 'SAMPLE_UNKNOWN'],
    [{ minimumPrevalence: 1.5 }, 'OPTION_INVALID'],
    [{ minimumReads: -1 }, 'OPTION_INVALID'],
    [{ minimumFeatureReads: Number.NaN }, 'OPTION_INVALID'],
    [{ minimumSamples: 0 }, 'OPTION_INVALID'],
  ])('refuses %j', async (options, code) => {
    expect(await codeOf(() => filterTable(table, options))).toBe(code);
  });
});
