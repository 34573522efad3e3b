import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RankingMetrics } from './ranking-metrics.js';

/** Every pair of a sample of class 1 and one of class 0. */
function brute(scores: readonly number[], labels: readonly number[]): number {
  const [positive, negative] = [1, 0].map((label) => scores.filter((_, i) => labels[i] === label));
  if (positive!.length === 0 || negative!.length === 0) return 0.5;
  const wins = positive!.flatMap((p) => negative!.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
  return wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
}

describe('RankingMetrics', () => {
  it('counts the pairs that are in order, ties half, in any chunks', () => {
    const sample = fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 0, max: 1 }));
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 30 }), fc.nat(30), (samples, cut) => {
        const metrics = new RankingMetrics();
        for (const part of [samples.slice(0, cut), samples.slice(cut)]) {
          metrics.add(
            part.map(([score]) => score),
            part.map(([, label]) => label),
          );
        }
        const want = brute(
          samples.map(([score]) => score),
          samples.map(([, label]) => label),
        );
        expect(Math.abs(metrics.auc() - want) <= 1e-12).toBe(true);
      }),
    );
  });

  it('refuses scores that are no numbers and other classes', () => {
    const refused = expect.objectContaining({ code: 'METRIC_INPUT' });
    expect(() => new RankingMetrics().add([Number.NaN], [1])).toThrow(refused);
    expect(() => new RankingMetrics().add([1], [2])).toThrow(refused);
    expect(() => new RankingMetrics().add([1, 2], [1])).toThrow(refused);
  });
});
