import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, tableOf } from '../../test/fixtures.js';
import { smallSource } from '../../test/small-stream.js';
import { findSharedCommunities, findSharedCommunitiesInSource } from './find-shared-communities.js';

const table = tableOf([
  [1, 2, 0],
  [3, 6, 0],
  [2, 1, 0],
  [0, 0, 7],
  [0, 0, 2],
  [1, 2, 1],
]);

describe('findSharedCommunities', () => {
  it('finds the same proportions of the same features on both sides', () => {
    const warning = findSharedCommunities(table, { split: { training: ['s3', 's1', 's6'], validation: ['s2', 's4'] } });
    expect(warning?.pairs).toEqual([{ training: 's1', validation: 's2' }]);
    expect(warning?.message).toContain('1 of 2 validation samples has exactly the community of a training sample');
    expect(warning?.message).toContain('"s2" is "s1"');
  });

  it('is silent about twins on one side, other proportions, and samples of a single feature', () => {
    expect(
      findSharedCommunities(table, { split: { training: ['s1', 's2'], validation: ['s3', 's6'] } }),
    ).toBeUndefined();
    const single = { training: ['s4'], validation: ['s5'] };
    expect(findSharedCommunities(table, { split: single })).toBeUndefined();
    expect(findSharedCommunities(table, { split: single, minimumFeatures: 1 })?.pairs.length).toBe(1);
  });

  it('for any table, agrees with comparing all pairs, also while the table is read', async () => {
    const anyRow = fc.array(fc.constantFrom<number[]>(0, 0, 1, 2), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        async (rows, times) => {
          const made = tableOf(rows.map((row, i) => (i % 2 === 0 ? row : row.map((count) => count * times))));
          const ids = made.sampleIds;
          const split = { training: ids.filter((_, i) => i % 2 === 0), validation: ids.filter((_, i) => i % 2 === 1) };
          const partsOf = (id: string): string => {
            const row = rows[ids.indexOf(id)]!;
            const reads = row.reduce((a, b) => a + b, 0);
            return row.map((count): number => (reads === 0 ? 0 : count / reads)).join();
          };
          const isCounted = (id: string): boolean => rows[ids.indexOf(id)]!.filter((count) => count > 0).length >= 2;
          const expected = split.validation.filter(
            (id) => isCounted(id) && split.training.some((other) => partsOf(other) === partsOf(id)),
          );
          const warning = findSharedCommunities(made, { split });
          expect(await findSharedCommunitiesInSource(smallSource(made).source, { split })).toEqual(warning);
          const found = warning?.pairs ?? [];
          expect(found.map(({ validation }) => validation)).toEqual(expected);
          for (const { training, validation } of found) expect(partsOf(training)).toBe(partsOf(validation));
        },
      ),
    );
  });

  it('refuses samples that the table does not have', async () => {
    expect(await codeOf(() => findSharedCommunities(table, { split: { training: ['x'], validation: ['s1'] } }))).toBe(
      'SAMPLE_UNKNOWN',
    );
    const { source } = smallSource(table);
    const asked = { split: { training: ['x'], validation: ['s1'] } };
    expect(await codeOf(() => findSharedCommunitiesInSource(source, asked))).toBe('SAMPLE_UNKNOWN');
  });
});
