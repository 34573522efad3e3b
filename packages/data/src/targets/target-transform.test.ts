import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../test/fixtures.js';
import { fitTargetTransform } from './fit-target-transform.js';
import { applyTargetTransform, invertTargetTransform } from './scale-targets.js';
import { type TargetTransformKind, targetTransformKinds } from './target-transform.js';

const closeTo = (got: ArrayLike<number>, want: readonly number[], within = 1e-12): void => {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => {
    expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(within * Math.max(1, Math.abs(value)));
  });
};

describe('target transforms', () => {
  it('hold the statistics of their definition', () => {
    const values = [1, 2, 4];
    expect(fitTargetTransform('none', values)).toEqual({ kind: 'none' });
    expect(fitTargetTransform('minmax', values)).toEqual({ kind: 'minmax', minimum: 1, maximum: 4 });
    const zscore = fitTargetTransform('zscore', values);
    closeTo(Object.values(zscore).slice(1) as number[], [7 / 3, Math.sqrt(14 / 9)]);
    closeTo(applyTargetTransform(fitTargetTransform('minmax', values), [1, 2, 4, 7, -2]), [0, 1 / 3, 1, 2, -1]);
    closeTo(applyTargetTransform(fitTargetTransform('log-minmax', values), values), [
      0,
      Math.log(3 / 2) / Math.log(5 / 2),
      1,
    ]);
  });

  it('for any values and kind, are inverted exactly and survive JSON', () => {
    const anyValues = fc.array(fc.double({ min: -0.9, max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(...targetTransformKinds), anyValues, (kind, values) => {
        const transform = fitTargetTransform(kind, values);
        expect(JSON.parse(JSON.stringify(transform))).toEqual(transform);
        const spread = Math.max(...values.map(Math.abs), 1);
        const back = invertTargetTransform(transform, applyTargetTransform(transform, values));
        values.forEach((value, i) => {
          expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(1e-9 * spread);
        });
      }),
    );
  });

  it('for any values, zscore gives mean 0 and population standard deviation 1', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2 }), (values) => {
        fc.pre(new Set(values).size > 1);
        const scaled = applyTargetTransform(fitTargetTransform('zscore', values), values);
        const mean = scaled.reduce((a, b) => a + b, 0) / scaled.length;
        const variance = scaled.reduce((a, b) => a + (b - mean) ** 2, 0) / scaled.length;
        expect(Math.abs(mean)).toBeLessThanOrEqual(1e-9);
        expect(Math.abs(variance - 1)).toBeLessThanOrEqual(1e-9);
      }),
    );
  });

  it.each(targetTransformKinds.slice(1))('%s only shifts values that are all equal', (kind) => {
    const transform = fitTargetTransform(kind, [3, 3, 3]);
    expect([...applyTargetTransform(transform, [3, 3])]).toEqual([0, 0]);
    closeTo(invertTargetTransform(transform, [0]), [3]);
  });

  it('take a standard deviation below 1e-8 for none', () => {
    const transform = fitTargetTransform('zscore', [1, 1 + 1e-9]);
    closeTo(applyTargetTransform(transform, [2]), [1], 1e-8);
  });

  it('keep wild predictions of logarithms finite', () => {
    for (const kind of ['log-minmax', 'log-zscore'] as const) {
      const transform = fitTargetTransform(kind, [0, 10]);
      const [wild, low] = invertTargetTransform(transform, [1e30, -1e30]);
      expect(wild).toBe(Math.expm1(88));
      expect(low).toBe(-1);
    }
    expect(invertTargetTransform({ kind: 'none' }, [Number.NaN])[0]).toBeNaN();
  });

  it('name the first value that is no number and count all', async () => {
    const fit = () => fitTargetTransform('zscore', [1, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(fit).toThrow('2 of 3 target values are no finite numbers (first: NaN, number 2)');
    expect(await codeOf(fit)).toBe('TARGET_NOT_FINITE');
    expect(await codeOf(() => applyTargetTransform({ kind: 'none' }, [Number.NaN]))).toBe('TARGET_NOT_FINITE');
  });

  it('refuse a logarithm of -1 or less, no values, values too far apart and unknown kinds', async () => {
    const fit = (kind: string, values: number[]) => () => fitTargetTransform(kind as TargetTransformKind, values);
    expect(fit('log-zscore', [0, -1, -2])).toThrow('2 of 3 target values are -1 or less (first: -1, number 2)');
    expect(await codeOf(fit('log-minmax', [-1]))).toBe('TRANSFORM_UNDEFINED');
    expect(await codeOf(() => applyTargetTransform(fitTargetTransform('log-minmax', [1]), [-3]))).toBe(
      'TRANSFORM_UNDEFINED',
    );
    expect(await codeOf(fit('minmax', []))).toBe('TRANSFORM_UNDEFINED');
    expect(await codeOf(fit('minmax', [-1.7e308, 1.7e308]))).toBe('TRANSFORM_UNDEFINED');
    expect(await codeOf(fit('zscore', [-1.7e308, 1.7e308]))).toBe('TRANSFORM_UNDEFINED');
    expect(await codeOf(fit('sqrt', [1]))).toBe('OPTION_INVALID');
  });
});
