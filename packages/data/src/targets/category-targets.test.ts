import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../test/fixtures.js';
import { balancedCategoryWeights, weightsOfCategories } from './category-weights.js';
import { fitCategoryTransform } from './fit-target-transform.js';
import { applyTargetTransform, invertTargetTransform } from './scale-targets.js';

const closeTo = (got: number, want: number, within = 1e-9): void => {
  expect(Math.abs(got - want)).toBeLessThanOrEqual(within * Math.max(1, Math.abs(want)));
};
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const varianceOf = (values: readonly number[]): number => meanOf(values.map((value) => (value - meanOf(values)) ** 2));

const study = fc.array(
  fc.tuple(fc.integer({ min: -90, max: 90 }), fc.constantFrom<(string | null)[]>('a', 'b', 'c', null)),
  {
    minLength: 1,
    maxLength: 30,
  },
);

describe('zscore-category', () => {
  it('mixes mean and variance of a category with those of all values, as if `shrinkage` of them were in it', () => {
    const transform = fitCategoryTransform([1, 3, 10], { categories: ['a', 'a', 'b'], shrinkage: 2 });
    const [mean, variance] = [14 / 3, varianceOf([1, 3, 10])];
    closeTo(transform.mean, mean);
    closeTo(transform.standardDeviation, Math.sqrt(variance));
    const [a, b] = transform.categories;
    expect([a!.category, a!.count, b!.category, b!.count]).toEqual(['a', 2, 'b', 1]);
    closeTo(a!.mean, (2 * 2 + 2 * mean) / 4);
    closeTo(a!.standardDeviation, Math.sqrt((2 * 1 + 2 * variance) / 4));
    closeTo(b!.mean, (10 + 2 * mean) / 3);
    closeTo(b!.standardDeviation, Math.sqrt((2 * variance) / 3));
  });

  it('for any values, without shrinkage gives every category mean 0 and variance 1', () => {
    fc.assert(
      fc.property(study, (pairs) => {
        const [values, categories] = [pairs.map(([value]) => value), pairs.map(([, category]) => category)];
        const transform = fitCategoryTransform(values, { categories, shrinkage: 0 });
        const scaled = applyTargetTransform(transform, values, { categories });
        for (const category of new Set(categories)) {
          if (category === null) continue;
          const own = [...scaled].filter((_, i) => categories[i] === category);
          const spread = new Set(values.filter((_, i) => categories[i] === category)).size;
          expect(Math.abs(meanOf(own))).toBeLessThanOrEqual(1e-9);
          if (spread > 1) expect(Math.abs(varianceOf(own) - 1)).toBeLessThanOrEqual(1e-9);
        }
      }),
    );
  });

  it('for any values and shrinkage, comes back, also of categories that training did not have, and survives JSON', () => {
    fc.assert(
      fc.property(study, study, fc.double({ min: 0, max: 50, noNaN: true }), (fitted, others, shrinkage) => {
        const transform = fitCategoryTransform(
          fitted.map(([value]) => value),
          { categories: fitted.map(([, category]) => category), shrinkage },
        );
        expect(JSON.parse(JSON.stringify(transform))).toEqual(transform);
        const values = others.map(([value]) => value);
        const options = { categories: others.map(([, category], i) => (i % 3 === 0 ? 'new' : category)) };
        const back = invertTargetTransform(transform, applyTargetTransform(transform, values, options), options);
        values.forEach((value, i) => {
          expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(1e-9 * 90);
        });
      }),
    );
  });

  it('keeps a category of one value in range, where none would divide by almost nothing', () => {
    const values = [1, 2, 3, 4, 50];
    const categories = ['a', 'a', 'a', 'a', 'b'];
    const other = (shrinkage: number): number =>
      applyTargetTransform(fitCategoryTransform(values, { categories, shrinkage }), [45], { categories: ['b'] })[0]!;
    expect(Math.abs(other(5))).toBeLessThan(3);
    // Even without shrinkage, a spread of nothing divides by 1.
    closeTo(other(0), -5);
  });

  it('refuses missing categories, another number of them, a negative shrinkage, and no values', async () => {
    const transform = fitCategoryTransform([1, 2], { categories: ['a', 'b'] });
    expect(() => applyTargetTransform(transform, [1])).toThrow('the category of each of 1 values, and none is given');
    expect(await codeOf(() => invertTargetTransform(transform, [1], { categories: ['a', 'b'] }))).toBe(
      'OPTION_INVALID',
    );
    expect(await codeOf(() => fitCategoryTransform([1], { categories: [] }))).toBe('OPTION_INVALID');
    expect(await codeOf(() => fitCategoryTransform([1], { categories: ['a'], shrinkage: -1 }))).toBe('OPTION_INVALID');
    expect(await codeOf(() => fitCategoryTransform([], { categories: [] }))).toBe('TRANSFORM_UNDEFINED');
    expect(await codeOf(() => fitCategoryTransform([Number.NaN], { categories: ['a'] }))).toBe('TARGET_NOT_FINITE');
    expect(await codeOf(() => fitCategoryTransform([-1.7e308, 1.7e308], { categories: ['a', 'b'] }))).toBe(
      'TRANSFORM_UNDEFINED',
    );
  });
});

describe('category weights', () => {
  it('for any categories, add up to the number of samples with one, the same for every category', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<(string | null)[]>('a', 'b', 'c', null), { minLength: 1 }), (categories) => {
        const labelled = categories.filter((category) => category !== null);
        fc.pre(labelled.length > 0);
        const weights = weightsOfCategories(balancedCategoryWeights(categories), labelled);
        closeTo(
          weights.reduce((a, b) => a + b, 0),
          labelled.length,
        );
        const sums = [...new Set(labelled)].map((category) =>
          weights.filter((_, i) => labelled[i] === category).reduce((a, b) => a + b, 0),
        );
        for (const sum of sums) closeTo(sum, sums[0]!);
      }),
    );
  });

  it('are 1 for samples without a category or weight, and refuse nonsense', async () => {
    expect([...weightsOfCategories([{ category: 'a', weight: 3 }], ['a', 'b', null, undefined])]).toEqual([3, 1, 1, 1]);
    expect(await codeOf(() => balancedCategoryWeights([null, undefined]))).toBe('TRANSFORM_UNDEFINED');
    for (const weight of [-1, Number.NaN]) {
      expect(await codeOf(() => weightsOfCategories([{ category: 'a', weight }], []))).toBe('OPTION_INVALID');
    }
    const twice = { category: 'a', weight: 1 };
    expect(() => weightsOfCategories([twice, twice], [])).toThrow('"a" has two weights');
  });
});
