import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, temporaryFile, temporaryFolder } from '../../test/fixtures.js';
import { chooseGroups } from './choose-groups.js';
import { findLeakage } from './find-leakage.js';
import { foldSamples } from './fold-samples.js';
import { referenceSplit } from './reference-split.js';
import { readSampleIds, writeSampleIds } from './sample-id-file.js';
import { splitSamples } from './split-samples.js';

const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i}`);
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Samples with labels: at least two groups. */
const grouped = fc
  .array(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 7 })
  .map((sizes) => sizes.flatMap((size, group) => new Array<string>(size).fill(`g${group}`)))
  .map((groups) => ({ groups, sampleIds: idsUpTo(groups.length) }));
const anyFraction = fc.double({ min: 0.05, max: 0.95, noNaN: true });

/** Every sum that some groups, not none and not all, have. */
const possibleSums = (sizes: readonly number[]): number[] =>
  Array.from({ length: 2 ** sizes.length - 2 }, (_, mask) => sum(sizes.filter((_, i) => ((mask + 1) >> i) & 1)));

describe('chooseGroups', () => {
  it('for any sizes, comes as near as any choice of groups', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 8 }),
        fc.nat(60),
        (sizes, wanted) => {
          const chosen = chooseGroups(sizes, wanted);
          expect(new Set(chosen).size).toBe(chosen.length);
          expect(chosen.length).toBeGreaterThan(0);
          expect(chosen.length).toBeLessThan(sizes.length);
          const distance = Math.abs(sum(chosen.map((i) => sizes[i]!)) - wanted);
          expect(distance).toBe(Math.min(...possibleSums(sizes).map((found) => Math.abs(found - wanted))));
        },
      ),
    );
  });

  it('takes the smaller of two sums that are equally near', () => {
    expect(chooseGroups([3, 1, 9], 2)).toEqual([1]);
    expect(chooseGroups([1, 3, 9], 2)).toEqual([0]);
  });
});

describe('splitSamples', () => {
  it('for any samples, takes the fraction and leaves neither side empty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), anyFraction, fc.nat(), (count, fraction, seed) => {
        const { training, validation } = splitSamples(idsUpTo(count), { fraction, seed });
        expect([...training, ...validation].sort()).toEqual(idsUpTo(count).sort());
        expect(validation.length).toBe(Math.min(Math.max(Math.round(fraction * count), 1), count - 1));
      }),
    );
  });

  it('for any groups, keeps each on one side, as near to the fraction as their sizes allow', () => {
    fc.assert(
      fc.property(grouped, anyFraction, fc.nat(), ({ sampleIds, groups }, fraction, seed) => {
        const split = splitSamples(sampleIds, { fraction, seed, groups });
        const labelOf = (id: string) => groups[sampleIds.indexOf(id)]!;
        const training = new Set(split.training.map(labelOf));
        expect(split.validation.some((id) => training.has(labelOf(id)))).toBe(false);
        expect([...split.training, ...split.validation].sort()).toEqual([...sampleIds].sort());
        const sizes = [...new Set(groups)].map((label) => groups.filter((other) => other === label).length);
        const wanted = Math.round(fraction * sampleIds.length);
        expect(Math.abs(split.validation.length - wanted)).toBe(
          Math.min(...possibleSums(sizes).map((found) => Math.abs(found - wanted))),
        );
      }),
    );
  });

  it('for any order of the samples, gives the same split', () => {
    fc.assert(
      fc.property(grouped, fc.nat(), fc.boolean(), ({ sampleIds, groups }, seed, byGroup) => {
        const pick = (order: number[]) =>
          splitSamples(
            order.map((i) => sampleIds[i]!),
            { fraction: 0.3, seed, groups: byGroup ? order.map((i) => groups[i]!) : undefined },
          );
        const order = sampleIds.map((_, i) => i);
        expect(pick([...order].reverse())).toEqual(pick(order));
      }),
    );
  });

  it('draws every sample and every group equally often, by the seed alone', () => {
    const times = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) {
      const groups = ['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd'];
      for (const options of [{}, { groups }]) {
        for (const id of splitSamples(idsUpTo(8), { fraction: 0.25, seed, ...options }).validation) {
          times.set(id, (times.get(id) ?? 0) + 1);
        }
      }
    }
    for (const found of times.values()) expect(Math.abs(found - 1000)).toBeLessThan(120);
    const draw = (seed: number) => splitSamples(idsUpTo(50), { fraction: 0.5, seed });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('names samples without a group and counts them', async () => {
    const split = () => splitSamples(['a', 'b', 'c'], { fraction: 0.5, seed: 1, groups: ['x', null, ''] });
    expect(split).toThrow('2 samples of 3 without a group (first: "b", "c")');
    expect(await codeOf(split)).toBe('GROUP_MISSING');
  });

  it.each([
    ['one sample', ['a'], {}, 'SPLIT_IMPOSSIBLE'],
    ['no sample', [], {}, 'SPLIT_IMPOSSIBLE'],
    ['one group', ['a', 'b'], { groups: ['x', 'x'] }, 'SPLIT_IMPOSSIBLE'],
    ['a sample twice', ['a', 'a', 'b'], {}, 'TABLE_ID_INVALID'],
    ['a fraction of zero', ['a', 'b'], { fraction: 0 }, 'OPTION_INVALID'],
    ['a fraction of one', ['a', 'b'], { fraction: 1 }, 'OPTION_INVALID'],
    ['no fraction', ['a', 'b'], { fraction: Number.NaN }, 'OPTION_INVALID'],
    ['half a seed', ['a', 'b'], { seed: 0.5 }, 'OPTION_INVALID'],
    ['too few labels', ['a', 'b'], { groups: ['x'] }, 'OPTION_INVALID'],
  ])('refuses %s', async (_, sampleIds, options, code) => {
    expect(await codeOf(() => splitSamples(sampleIds, { fraction: 0.5, seed: 1, ...options }))).toBe(code);
  });
});

describe('foldSamples', () => {
  it('for any samples or groups, validates every sample once and keeps groups together', () => {
    fc.assert(
      fc.property(
        grouped,
        fc.integer({ min: 2, max: 5 }),
        fc.nat(),
        fc.boolean(),
        ({ sampleIds, groups }, folds, seed, byGroup) => {
          fc.pre((byGroup ? new Set(groups).size : sampleIds.length) >= folds);
          const splits = foldSamples(sampleIds, { folds, seed, groups: byGroup ? groups : undefined });
          expect(splits.length).toBe(folds);
          expect(splits.flatMap(({ validation }) => validation).sort()).toEqual([...sampleIds].sort());
          for (const { training, validation } of splits) {
            expect(validation.length).toBeGreaterThan(0);
            expect([...training, ...validation].sort()).toEqual([...sampleIds].sort());
            const labelOf = (id: string) => groups[sampleIds.indexOf(id)]!;
            const inTraining = new Set(training.map(labelOf));
            if (byGroup) expect(validation.some((id) => inTraining.has(labelOf(id)))).toBe(false);
          }
          const sizes = splits.map(({ validation }) => validation.length);
          if (!byGroup) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('depends on the seed, and not on the order of the samples', () => {
    const draw = (ids: string[], seed: number) => foldSamples(ids, { folds: 3, seed });
    expect(draw(idsUpTo(9).reverse(), 1)).toEqual(draw(idsUpTo(9), 1));
    expect(draw(idsUpTo(9), 2)).not.toEqual(draw(idsUpTo(9), 1));
  });

  it('balances folds of groups', () => {
    const groups = [...'aaaaaabbbbbcccdd'];
    const sizes = foldSamples(idsUpTo(16), { folds: 2, seed: 1, groups }).map(({ validation }) => validation.length);
    expect(sizes).toEqual([8, 8]);
  });

  it('refuses fewer samples or groups than folds, and fewer than two folds', async () => {
    expect(() => foldSamples(['a', 'b'], { folds: 3, seed: 1 })).toThrow(
      'there are 2 samples, but at least 3 are needed',
    );
    expect(await codeOf(() => foldSamples(['a', 'b'], { folds: 3, seed: 1 }))).toBe('SPLIT_IMPOSSIBLE');
    const groups = ['x', 'x', 'x'];
    expect(await codeOf(() => foldSamples(['a', 'b', 'c'], { folds: 2, seed: 1, groups }))).toBe('SPLIT_IMPOSSIBLE');
    expect(await codeOf(() => foldSamples(['a', 'b'], { folds: 1, seed: 1 }))).toBe('OPTION_INVALID');
  });
});

describe('referenceSplit', () => {
  const numbers = Array.from({ length: 781 }, (_, i) => String(i));
  it('gives the split of scikit-learn, in its order', () => {
    expect(referenceSplit(numbers.slice(0, 10), { fraction: 0.2, seed: 42 })).toEqual({
      validation: ['8', '1'],
      training: ['5', '0', '7', '2', '9', '4', '3', '6'],
    });
    const { training, validation } = referenceSplit(numbers, { fraction: 0.2, seed: 0 });
    expect([training.length, validation.length]).toEqual([624, 157]);
    expect(validation.slice(0, 5)).toEqual(['382', '487', '351', '14', '145']);
    expect(training.slice(0, 5)).toEqual(['432', '519', '564', '771', '402']);
  });

  it.each([
    ['nothing left for training', ['a', 'b'], { fraction: 0.6 }, 'SPLIT_IMPOSSIBLE'],
    ['no sample', [], {}, 'SPLIT_IMPOSSIBLE'],
    ['a seed beyond 32 bits', ['a', 'b'], { seed: 2 ** 32 }, 'OPTION_INVALID'],
    ['a fraction of one', ['a', 'b'], { fraction: 1 }, 'OPTION_INVALID'],
  ])('refuses %s', async (_, sampleIds, options, code) => {
    expect(await codeOf(() => referenceSplit(sampleIds, { fraction: 0.5, seed: 1, ...options }))).toBe(code);
  });
});

describe('findLeakage', () => {
  const labels = new Map([
    ['a', 'x'],
    ['b', 'x'],
    ['c', 'y'],
    ['d', 'z'],
    ['e', 'x'],
  ]);
  const options = { column: 'host', labelOf: (id: string) => labels.get(id) };

  it('names the groups that are on both sides and counts the samples concerned', () => {
    const warning = findLeakage({ training: ['a', 'c', 'q'], validation: ['b', 'd', 'e', 'r'] }, options);
    expect(warning).toMatchObject({ column: 'host', sharedGroups: ['x'], groupCount: 3, validationSamples: 2 });
    expect(warning?.message).toContain('1 of 3 groups of "host"');
    expect(warning?.message).toContain('2 of 4 validation samples');
  });

  it('is silent where every group is on one side, and about samples without a label', () => {
    expect(findLeakage({ training: ['a', 'b', 'e', 'q'], validation: ['c', 'd', 'r'] }, options)).toBeUndefined();
  });
});

describe('files of sample ids', () => {
  it('for any ids, are read as they were written', async () => {
    const path = join(temporaryFolder(), 'ids.txt');
    const anyId = fc.string({ minLength: 1, unit: 'grapheme' }).filter((id) => !/[\r\n\ufeff\p{Surrogate}]/u.test(id));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyId), async (ids) => {
        await writeSampleIds(path, ids);
        expect(await readSampleIds(path)).toEqual(ids);
      }),
      { numRuns: 40 },
    );
    expect(readFileSync(path, 'utf8').endsWith('\n') || readFileSync(path, 'utf8') === '').toBe(true);
    expect(readdirSync(dirname(path))).toEqual(['ids.txt']);
  });

  it('may have Windows line ends, empty lines and no last line end', async () => {
    expect(await readSampleIds(temporaryFile('ids.txt', '\ufeffa b\r\n\r\nc'))).toEqual(['a b', 'c']);
  });

  it('refuse ids that cannot be read back, ids given twice, and folders that do not exist', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'ids.txt');
    for (const ids of [['a', ''], ['a\nb'], ['a', 'a']]) {
      expect(await codeOf(() => writeSampleIds(path, ids))).toBe('TABLE_ID_INVALID');
      expect(existsSync(path)).toBe(false);
    }
    expect(await codeOf(() => writeSampleIds(join(folder, 'none', 'ids.txt'), ['a']))).toBe('FILE_NOT_WRITTEN');
    expect(await codeOf(() => readSampleIds(path))).toBe('FILE_NOT_FOUND');
    expect(await codeOf(() => readSampleIds(temporaryFile('twice.txt', 'a\nb\na\n')))).toBe('TABLE_ID_INVALID');
    expect(readdirSync(folder)).toEqual([]);
  });
});
