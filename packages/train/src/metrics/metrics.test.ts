import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmaxRows } from './argmax-rows.js';
import { ClassificationMetrics } from './classification-metrics.js';
import { CountMetrics } from './count-metrics.js';
import { RegressionMetrics } from './regression-metrics.js';

const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const pairs = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 40 });
const of = (list: readonly (readonly [number, number])[]) => {
  const metrics = new RegressionMetrics();
  metrics.add(
    list.map(([predicted]) => predicted),
    list.map(([, actual]) => actual),
  );
  return metrics;
};

describe('RegressionMetrics', () => {
  it('for any values, equals the two-pass formulas', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const n = list.length;
        const mean = list.reduce((sum, [, actual]) => sum + actual, 0) / n;
        const squared = list.reduce((sum, [predicted, actual]) => sum + (predicted - actual) ** 2, 0);
        const deviation = list.reduce((sum, [, actual]) => sum + (actual - mean) ** 2, 0);
        const { mae, mse, rmse, r2 } = of(list).scores();
        expect(mae).toBeCloseTo(list.reduce((sum, [p, a]) => sum + Math.abs(p - a), 0) / n, 9);
        expect(Math.abs(mse - squared / n) <= 1e-12 * (1 + squared)).toBe(true);
        expect(rmse).toBe(Math.sqrt(mse));
        if (deviation > 1e-6)
          expect(Math.abs(r2 - (1 - squared / deviation)) <= 1e-9 * (1 + squared / deviation)).toBe(true);
      }),
    );
  });

  it('for any cut of a stream, merging the parts equals seeing all at once', () => {
    fc.assert(
      fc.property(pairs, fc.nat(40), (list, cut) => {
        const merged = of(list.slice(0, cut));
        merged.merge(of(list.slice(cut)));
        const whole = of(list).sums;
        for (const key of Object.keys(whole) as (keyof typeof whole)[]) {
          expect(Math.abs(merged.sums[key] - whole[key]) <= 1e-9 * (1 + Math.abs(whole[key]))).toBe(true);
        }
      }),
    );
  });

  it('reports zeros when it has seen nothing, and R2 0 where the truth does not vary', () => {
    expect(new RegressionMetrics().scores()).toEqual({ valueCount: 0, mae: 0, mse: 0, rmse: 0, r2: 0 });
    expect(
      of([
        [1, 4],
        [2, 4],
      ]).scores().r2,
    ).toBe(0);
  });

  it('keeps its digits far from zero', () => {
    const { r2 } = of([1, 2, 3, 4].map((i) => [1e8 + i, 1e8 + i + (i % 2)] as const)).scores();
    expect(r2).toBeCloseTo(1 - 2 / 4, 6);
  });

  it('goes on from stored sums as if it had not stopped', () => {
    const first = of([
      [1, 2],
      [3, 5],
    ]);
    const second = new RegressionMetrics(JSON.parse(JSON.stringify(first.sums)));
    first.add([7], [6]);
    second.add([7], [6]);
    expect(second.scores()).toEqual(first.scores());
  });

  it('refuses chunks of unequal length', () => {
    expect(() => new RegressionMetrics().add([1, 2], [1])).toThrow(expect.objectContaining({ code: 'METRIC_INPUT' }));
  });
});

describe('CountMetrics', () => {
  it('scores only the values whose mask is set', () => {
    const metrics = new CountMetrics();
    metrics.add([1, 100, 3], [2, 0, 5], [1, 0, 1]);
    expect(metrics.scores()).toEqual({ valueCount: 2, mae: 1.5, mse: 2.5 });
    metrics.add([9, 9], [0, 0], [0, 0]);
    expect(metrics.scores().valueCount).toBe(2);
  });
});

describe('ClassificationMetrics', () => {
  it('gives 1 for a perfect prediction of every class', () => {
    const metrics = new ClassificationMetrics();
    metrics.add([0, 1, 2, 2], [0, 1, 2, 2]);
    const one = { precision: 1, recall: 1, f1: 1 };
    expect(metrics.scores()).toMatchObject({ sampleCount: 4, accuracy: 1, weighted: one, macro: one });
  });

  it('for any stream, merged parts equal the whole and weighted recall equals accuracy', () => {
    const classes = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 30 });
    fc.assert(
      fc.property(classes, fc.nat(30), (list, cut) => {
        const seen = (part: typeof list) => {
          const metrics = new ClassificationMetrics();
          metrics.add(
            part.map(([predicted]) => predicted),
            part.map(([, actual]) => actual),
          );
          return metrics;
        };
        const whole = seen(list).scores();
        const merged = seen(list.slice(0, cut));
        merged.merge(seen(list.slice(cut)));
        expect(merged.scores()).toEqual(whole);
        expect(whole.weighted.recall).toBeCloseTo(whole.accuracy, 12);
      }),
    );
  });

  it('refuses what is no class index', () => {
    expect(() => new ClassificationMetrics().add([0.5], [1])).toThrow(
      expect.objectContaining({ code: 'METRIC_INPUT' }),
    );
  });
});

describe('argmaxRows', () => {
  it('takes the first of equal largest values', () => {
    expect([...argmaxRows([1, 3, 3, 0, -1, -2], 3)]).toEqual([1, 0]);
  });
});
