import { describe, expect, it } from 'vitest';
import { DistanceMatrix, pairwisePermanova, permanova } from '../src/index.js';
import { expectClose, flat, ids, known, matrix } from './ordination-fixture.js';

describe('permanova', () => {
  it('gives the pseudo-F of scikit-bio and a p-value near its own', async () => {
    const found = await permanova(matrix, { groups: known.groups, permutations: 9999 });
    expectClose([found.pseudoF], [known.pseudoF]);
    expect(Math.abs(found.pValue - known.pValue9999)).toBeLessThanOrEqual(0.02);
    expect(found.groups).toEqual([
      { name: 'a', sampleCount: 4 },
      { name: 'b', sampleCount: 3 },
      { name: 'c', sampleCount: 2 },
    ]);
    expectClose([found.rSquared], [1 / (1 + 6 / (2 * known.pseudoF))]);
    expect([found.sampleCount, found.permutations, found.droppedIds]).toEqual([9, 9999, []]);
  });

  it('depends on the seed, not on threads or on the names of the groups', async () => {
    const groups = known.groups;
    const one = await permanova(matrix, { groups, permutations: 500, threads: 1 });
    expect(await permanova(matrix, { groups, permutations: 500, threads: 2 })).toEqual(one);
    const renamed = await permanova(matrix, { groups: groups.map((name) => `group ${name}`), permutations: 500 });
    expect([renamed.pseudoF, renamed.pValue]).toEqual([one.pseudoF, one.pValue]);
    const pValues = [1, 2, 3].map(
      async (seed) => (await permanova(matrix, { groups, permutations: 500, seed })).pValue,
    );
    expect(new Set([one.pValue, ...(await Promise.all(pValues))]).size).toBeGreaterThan(1);
  });

  it('leaves out samples without a group only when asked, and says which', async () => {
    const groups = known.groups.map((name, row) => (row === 2 || row === 7 ? null : name));
    await expect(permanova(matrix, { groups })).rejects.toThrowError(
      /2 of 9 samples have no group \(first: "s2", "s7"\)/,
    );
    await expect(permanova(matrix, { groups })).rejects.toMatchObject({ code: 'GROUP_MISSING', details: { count: 2 } });
    const found = await permanova(matrix, { groups, missingGroups: 'drop', permutations: 99 });
    expect([found.sampleCount, found.droppedIds]).toEqual([7, ['s2', 's7']]);
    const kept = ids.filter((id) => id !== 's2' && id !== 's7');
    const alone = await permanova(matrix.select(kept), { groups: groups.filter((g) => g !== null), permutations: 99 });
    expect({ ...found, droppedIds: [] }).toEqual(alone);
  });

  it('refuses groups that cannot be compared', async () => {
    const code = async (groups: readonly (string | null)[]): Promise<unknown> =>
      permanova(matrix, { groups, missingGroups: 'drop' }).then(
        () => 'accepted',
        (error: { readonly code: string; readonly message: string }) => error.message,
      );
    expect(await code(ids.map(() => 'all'))).toContain('all 9 samples are in one group ("all")');
    expect(await code(ids)).toContain(
      'every one of 9 samples has a group of its own ("s0", "s1", "s2", ...). Choose another column',
    );
    expect(await code(ids.map(() => null))).toContain('no sample has a group');
    expect(await code(['a'])).toContain('1 groups for the 9 samples');
    for (const permutations of [-1, 0.5, 2 ** 32 - 1, Number.NaN]) {
      await expect(permanova(matrix, { groups: known.groups, permutations })).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      });
    }
  });

  it('refuses undefined distances, unless the samples that have them are left out', async () => {
    const four = new DistanceMatrix(['x', 'y', 'z', 'w'], Float64Array.of(1, 2, Number.NaN, 2, 3, 1));
    await expect(permanova(four, { groups: ['a', 'a', 'b', 'b'] })).rejects.toThrowError(
      'permanova: 1 of 6 distances are NaN (first: "x" and "w")',
    );
    const found = await permanova(four, { groups: ['a', 'a', 'b', null], missingGroups: 'drop', permutations: 9 });
    expect([found.sampleCount, found.pseudoF]).toEqual([3, expect.any(Number)]);
  });

  it('without permutations has no p-value', async () => {
    expect((await permanova(matrix, { groups: known.groups, permutations: 0 })).pValue).toBeNaN();
  });

  it('tells its progress to the end', async () => {
    const seen: number[] = [];
    await permanova(flat(60), {
      groups: Array.from({ length: 60 }, (_, i) => `g${i % 3}`),
      onProgress: ({ pairsDone, pairsTotal }) => seen.push(pairsDone / pairsTotal),
    });
    expect(seen.at(-1)).toBe(1);
  });
});

describe('pairwisePermanova', () => {
  it('compares every two groups as if there were no others, with larger q-values', async () => {
    const options = { groups: known.groups, permutations: 99 };
    const pairs = await pairwisePermanova(matrix, options);
    expect(pairs.map(({ result }) => result.groups.map(({ name }) => name).join(''))).toEqual(['ab', 'ac', 'bc']);
    const kept = ids.filter((_, row) => known.groups[row] !== 'b');
    const groups = known.groups.filter((name) => name !== 'b');
    expect(pairs[1]!.result).toEqual(await permanova(matrix.select(kept), { ...options, groups }));
    for (const { result, qValue } of pairs) expect(qValue).toBeGreaterThanOrEqual(result.pValue);
    expect(Math.max(...pairs.map(({ qValue }) => qValue))).toBeLessThanOrEqual(1);
  });

  it('leaves out pairs of single samples and refuses if there are no others', async () => {
    const three = new DistanceMatrix(['x', 'y', 'z', 'w'], Float64Array.of(1, 2, 3, 2, 3, 1));
    const pairs = await pairwisePermanova(three, { groups: ['a', 'a', 'b', 'c'], permutations: 9 });
    expect(pairs).toHaveLength(2);
    await expect(pairwisePermanova(three, { groups: ['a', 'b', 'c', 'd'] })).rejects.toMatchObject({
      code: 'GROUPS_INVALID',
    });
  });
});
