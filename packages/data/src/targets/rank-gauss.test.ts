import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTargetTransform } from './fit-target-transform.js';
import { normalQuantile } from './normal-quantile.js';
import { applyTargetTransform, invertTargetTransform } from './scale-targets.js';
import type { RankGaussTransform } from './target-transform.js';

describe('normalQuantile', () => {
  // scipy.special.ndtri of SciPy 1.17.1; the two limits of the three parts are crossed.
  it.each([
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798409],
    [1e-5, -4.264890793922825],
    [0.01, -2.3263478740408408],
    [0.0749, -1.4402382675279635],
    [0.0751, -1.4388253927525403],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.7, 0.5244005127080407],
    [0.925, 1.4395314709384563],
    [0.9251, 1.4402382675279635],
    [0.99, 2.3263478740408408],
    [0.999999, 4.753424308817087],
    [1 - 1e-12, 7.0344869100478356],
  ])('of %d is %d', (probability, quantile) => {
    expect(Math.abs(normalQuantile(probability) - quantile)).toBeLessThanOrEqual(
      4e-15 * Math.max(1, Math.abs(quantile)),
    );
  });
});

describe('rank-gauss', () => {
  const fit = (values: number[]) => fitTargetTransform('rank-gauss', values) as RankGaussTransform;

  it('gives ranks their normal scores, equal values the mean rank', () => {
    const { values, scores } = fit([5, -2, 5, 100]);
    expect(values).toEqual([-2, 5, 100]);
    [0.625, 2.125, 3.625].forEach((part, i) => {
      expect(Math.abs(scores[i]! - normalQuantile(part / 4.25))).toBeLessThanOrEqual(1e-15);
    });
  });

  it('for any values, keeps their order, is symmetric under a change of sign, and needs only their ranks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 }), (values) => {
        const scaled = applyTargetTransform(fit(values), values);
        const mirrored = applyTargetTransform(
          fit(values.map((value) => -value)),
          values.map((value) => -value),
        );
        const cubed = applyTargetTransform(
          fit(values.map((value) => value ** 3)),
          values.map((value) => value ** 3),
        );
        values.forEach((value, i) => {
          expect(Math.abs(scaled[i]! + mirrored[i]!)).toBeLessThanOrEqual(1e-12);
          expect(cubed[i]).toBe(scaled[i]);
          values.forEach((other, j) => {
            if (value < other) expect(scaled[i]!).toBeLessThan(scaled[j]!);
            if (value === other) expect(scaled[i]).toBe(scaled[j]);
          });
        });
      }),
    );
  });

  it('for any values and any number, comes back from both directions, also outside the training values', () => {
    const anyValues = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(anyValues, fc.double({ min: -5000, max: 5000, noNaN: true }), (values, any) => {
        const transform = fit(values);
        const [back] = invertTargetTransform(transform, applyTargetTransform(transform, [any]));
        expect(Math.abs(back! - any)).toBeLessThanOrEqual(1e-8);
        const score = any / 500;
        const [again] = applyTargetTransform(transform, invertTargetTransform(transform, [score]));
        expect(Math.abs(again! - score)).toBeLessThanOrEqual(1e-8);
      }),
    );
  });

  it('goes on with the mean slope beyond the training values, and leaves NaN what it is', () => {
    const transform = fit([0, 1, 2, 30]);
    const slope = (transform.scores[3]! - transform.scores[0]!) / 30;
    const [below, above] = applyTargetTransform(transform, [-3, 33]);
    expect(Math.abs(below! - (transform.scores[0]! - 3 * slope))).toBeLessThanOrEqual(1e-12);
    expect(Math.abs(above! - (transform.scores[3]! + 3 * slope))).toBeLessThanOrEqual(1e-12);
    expect(invertTargetTransform(transform, [Number.NaN])[0]).toBeNaN();
    expect(invertTargetTransform(fit([4, 4]), [0, 2, Number.NaN])).toEqual(Float64Array.of(4, 6, Number.NaN));
  });

  it('keeps 1,001 points of many values, close to all of them', () => {
    const values = Array.from({ length: 5000 }, (_, i) => Math.sqrt(i));
    const transform = fit(values);
    expect(transform.values.length).toBe(1001);
    const scaled = applyTargetTransform(transform, values);
    // Between the outermost pairs of points, where the score bends most, the line lies up to 0.4 off.
    values.slice(10, -10).forEach((_, i) => {
      const exact = normalQuantile((i + 11 - 0.375) / 5000.25);
      expect(Math.abs(scaled[i + 10]! - exact)).toBeLessThanOrEqual(0.01);
    });
  });
});
