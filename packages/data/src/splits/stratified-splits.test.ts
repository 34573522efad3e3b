import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../test/fixtures.js';
import { Draws } from '../random/draws.js';
import { imbalance } from './balance-groups.js';
import { foldSamples } from './fold-samples.js';
import { groupProfiles } from './group-profiles.js';
import { nestedFolds } from './nested-folds.js';
import { quantileStrata } from './quantile-strata.js';
import { splitSamples } from './split-samples.js';
import { proportionalQuotas } from './stratify.js';

const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i}`);
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const countOf = <T>(all: readonly T[], wanted: T): number => all.filter((one) => one === wanted).length;

/** Samples with a stratum each and a group each; the groups cut through the strata. */
const study = fc
  .array(
    fc.tuple(
      fc.constantFrom<(string | null)[]>('a', 'b', 'c', null),
      fc.constantFrom<string[]>('g1', 'g2', 'g3', 'g4', 'g5', 'g6'),
    ),
    {
      minLength: 2,
      maxLength: 60,
    },
  )
  .map((labels) => ({
    sampleIds: idsUpTo(labels.length),
    strata: labels.map(([stratum]) => stratum),
    groups: labels.map(([, group]) => group),
  }));
const anyFraction = fc.double({ min: 0.05, max: 0.95, noNaN: true });
const labelsAt = <T>(labels: readonly T[], ids: readonly string[]): T[] =>
  ids.map((id) => labels[Number(id.slice(1))]!);

describe('splitSamples with strata', () => {
  it('for any strata, takes the fraction of each, rounded down or up, and of all samples as without strata', () => {
    fc.assert(
      fc.property(study, anyFraction, fc.nat(), ({ sampleIds, strata }, fraction, seed) => {
        const { training, validation } = splitSamples(sampleIds, { fraction, seed, strata });
        expect([...training, ...validation].sort()).toEqual([...sampleIds].sort());
        expect(validation.length).toBe(splitSamples(sampleIds, { fraction, seed }).validation.length);
        for (const stratum of new Set(strata)) {
          const exact = (validation.length * countOf(strata, stratum)) / sampleIds.length;
          expect(Math.abs(countOf(labelsAt(strata, validation), stratum) - exact)).toBeLessThan(1);
        }
      }),
    );
  });

  it('draws every sample of a stratum, and every stratum of equal claim, equally often', () => {
    const strata = ['a', 'a', 'a', 'a', 'b', 'c'];
    const times = new Map<string, number>();
    for (let seed = 0; seed < 3000; seed++) {
      for (const id of splitSamples(idsUpTo(6), { fraction: 0.5, seed, strata }).validation) {
        times.set(id, (times.get(id) ?? 0) + 1);
      }
    }
    // Two of stratum a, and one of b or c, whose claims are both one half.
    expect([...times.keys()].sort()).toEqual(idsUpTo(6));
    for (const found of times.values()) expect(Math.abs(found - 1500)).toBeLessThan(140);
  });

  it('for any order of the samples, gives the same split, and so do folds and nested folds', () => {
    fc.assert(
      fc.property(study, fc.nat(), fc.boolean(), ({ sampleIds, strata, groups }, seed, byGroup) => {
        fc.pre(new Set(groups).size >= 4);
        const pick = (order: number[]) => {
          const ids = order.map((i) => sampleIds[i]!);
          const labels = {
            strata: order.map((i) => strata[i]),
            groups: byGroup ? order.map((i) => groups[i]) : undefined,
          };
          return [
            splitSamples(ids, { fraction: 0.3, seed, ...labels }),
            foldSamples(ids, { folds: 2, seed, ...labels }),
            nestedFolds(ids, { outerFolds: 2, innerFolds: 2, seed, ...labels, groups: undefined }),
          ];
        };
        const order = sampleIds.map((_, i) => i);
        expect(pick([...order].reverse())).toEqual(pick(order));
      }),
    );
  });

  it.each([
    ['too few strata', { strata: ['x'] }, 'OPTION_INVALID'],
    ['one sample', { strata: ['x'], ids: ['a'] }, 'SPLIT_IMPOSSIBLE'],
    ['one group', { strata: ['x', 'y'], groups: ['g', 'g'] }, 'SPLIT_IMPOSSIBLE'],
  ])(
    'refuses %s',
    async (_, { ids = ['a', 'b'], ...labels }: { ids?: string[]; strata: string[]; groups?: string[] }, code) => {
      expect(await codeOf(() => splitSamples(ids, { fraction: 0.5, seed: 1, ...labels }))).toBe(code);
    },
  );
});

describe('splitSamples with strata and groups', () => {
  const groupsOf = ({
    sampleIds,
    strata,
    groups,
  }: {
    sampleIds: string[];
    strata: (string | null)[];
    groups: string[];
  }) => {
    const names = [...new Set(groups)];
    const members = names.map((name) => sampleIds.filter((_, i) => groups[i] === name));
    return { names, profiles: groupProfiles(members, sampleIds, strata) };
  };

  it('for any study, keeps groups on one side, never worse balanced than without strata', () => {
    fc.assert(
      fc.property(study, anyFraction, fc.nat(), (made, fraction, seed) => {
        const { sampleIds, strata, groups } = made;
        fc.pre(new Set(groups).size >= 2);
        const { names, profiles } = groupsOf(made);
        const balanceOf = (validation: readonly string[]): number => {
          const chosen = new Set(labelsAt(groups, validation));
          return imbalance(
            { profiles, shares: [1 - fraction, fraction] },
            names.map((name) => (chosen.has(name) ? 1 : 0)),
          );
        };
        const split = splitSamples(sampleIds, { fraction, seed, groups, strata });
        const inTraining = new Set(labelsAt(groups, split.training));
        expect(labelsAt(groups, split.validation).some((label) => inTraining.has(label))).toBe(false);
        expect(split.training.length * split.validation.length).toBeGreaterThan(0);
        expect([...split.training, ...split.validation].sort()).toEqual([...sampleIds].sort());
        const bySize = splitSamples(sampleIds, { fraction, seed, groups });
        expect(balanceOf(split.validation)).toBeLessThanOrEqual(balanceOf(bySize.validation) + 1e-6);
      }),
    );
  });

  it('finds the even division where there is one', () => {
    // Eight hosts of three samples, half of them ill: every fold of two hosts can have one of each.
    const groups = idsUpTo(24).map((_, i) => `host${i % 8}`);
    const strata = groups.map((host) => (Number(host.slice(4)) % 2 === 0 ? 'ill' : 'well'));
    for (let seed = 0; seed < 20; seed++) {
      for (const { validation } of foldSamples(idsUpTo(24), { folds: 4, seed, groups, strata })) {
        expect(labelsAt(strata, validation).filter((stratum) => stratum === 'ill').length).toBe(3);
      }
    }
  });
});

describe('foldSamples with strata', () => {
  it('for any strata, folds and the strata in them differ by at most one sample', () => {
    fc.assert(
      fc.property(study, fc.integer({ min: 2, max: 5 }), fc.nat(), ({ sampleIds, strata }, folds, seed) => {
        fc.pre(sampleIds.length >= folds);
        const splits = foldSamples(sampleIds, { folds, seed, strata });
        expect(splits.flatMap(({ validation }) => validation).sort()).toEqual([...sampleIds].sort());
        for (const stratum of [...new Set(strata), undefined]) {
          const sizes = splits.map(({ validation }) =>
            stratum === undefined ? validation.length : countOf(labelsAt(strata, validation), stratum),
          );
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('nestedFolds', () => {
  it('for any samples or groups, inner folds cover the outer training part and never meet its validation', () => {
    fc.assert(
      fc.property(
        study,
        fc.nat(),
        fc.boolean(),
        fc.boolean(),
        ({ sampleIds, strata, groups }, seed, byGroup, byStratum) => {
          fc.pre((byGroup ? new Set(groups).size : sampleIds.length) >= 4);
          const labels = { groups: byGroup ? groups : undefined, strata: byStratum ? strata : undefined };
          const outer = foldSamples(sampleIds, { folds: 2, seed, ...labels });
          // One large group may be a whole training part, which then cannot be divided.
          fc.pre(!byGroup || outer.every(({ training }) => new Set(labelsAt(groups, training)).size >= 2));
          const nested = nestedFolds(sampleIds, { outerFolds: 2, innerFolds: 2, seed, ...labels });
          expect(nested.map(({ training, validation }) => ({ training, validation }))).toEqual(outer);
          for (const { training, inner } of nested) {
            expect(inner.flatMap(({ validation }) => validation).sort()).toEqual(training);
            for (const split of inner) {
              expect([...split.training, ...split.validation].sort()).toEqual(training);
              const inTraining = new Set(labelsAt(groups, split.training));
              if (byGroup)
                expect(labelsAt(groups, split.validation).some((label) => inTraining.has(label))).toBe(false);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('draws the inner folds of each outer fold anew', () => {
    const ids = idsUpTo(40);
    const [first, second] = nestedFolds(ids, { outerFolds: 2, innerFolds: 2, seed: 3 });
    const marks = (fold: typeof first): string =>
      fold!.training.map((id) => fold!.inner[0]!.validation.includes(id)).join();
    expect(marks(first)).not.toBe(marks(second));
  });

  it('says where a training part is too small for the inner folds', async () => {
    const nest = () => nestedFolds(['a', 'b', 'c'], { outerFolds: 3, innerFolds: 3, seed: 1 });
    expect(nest).toThrow('nestedFolds: there are 2 samples, but at least 3 are needed');
    expect(await codeOf(nest)).toBe('SPLIT_IMPOSSIBLE');
    expect(await codeOf(() => nestedFolds(['a', 'b'], { outerFolds: 2, innerFolds: 1, seed: 1 }))).toBe(
      'OPTION_INVALID',
    );
  });
});

describe('quantileStrata', () => {
  it('for any values, keeps order and equal values together, and distinct values in strata of about equal size', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -500, max: 500 }), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 2, max: 7 }),
        (values, bins) => {
          const labels = quantileStrata([...values, ...values], { bins });
          expect(labels.slice(values.length)).toEqual(labels.slice(0, values.length));
          const number = (i: number): number => Number(labels[i]!.slice(1));
          for (let i = 1; i < values.length; i++) {
            if (values[i - 1]! < values[i]!) expect(number(i - 1)).toBeLessThanOrEqual(number(i));
          }
          const distinct = quantileStrata(values, { bins });
          const sizes = [...new Set(distinct)].map((label) => countOf(distinct, label));
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          expect(sizes.length).toBe(Math.min(bins, values.length));
        },
      ),
    );
  });

  it('leaves NaN without a label and refuses infinite values and a single bin', async () => {
    expect(quantileStrata([2, Number.NaN, 1, 9, 5], { bins: 2 })).toEqual(['q1', null, 'q1', 'q2', 'q2']);
    expect(quantileStrata([3, 3, 3, 4], { bins: 4 })).toEqual(['q1', 'q1', 'q1', 'q2']);
    expect(quantileStrata([Number.NaN], { bins: 2 })).toEqual([null]);
    expect(await codeOf(() => quantileStrata([1, Number.POSITIVE_INFINITY], { bins: 2 }))).toBe('TARGET_NOT_FINITE');
    expect(await codeOf(() => quantileStrata([1], { bins: 1 }))).toBe('OPTION_INVALID');
  });
});

describe('proportionalQuotas', () => {
  it('for any sizes, add up and lie within one of the share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        fc.nat(),
        fc.nat(),
        (sizes, part, seed) => {
          const wanted = part % (sum(sizes) + 1);
          const quotas = proportionalQuotas(sizes, wanted, new Draws({ seed, purpose: 'split' }));
          expect(sum(quotas)).toBe(wanted);
          quotas.forEach((quota, i) => {
            expect(Math.abs(quota - (wanted * sizes[i]!) / sum(sizes))).toBeLessThan(1);
            expect(quota).toBeLessThanOrEqual(sizes[i]!);
          });
        },
      ),
    );
  });
});
