import { describe, expect, it } from 'vitest';
import { cosineRate } from './cosine-rate.js';
import { cosineRestartsRate } from './cosine-restarts-rate.js';
import { oneCycleMomentum, oneCycleRate } from './one-cycle-rate.js';
import { rateOfUpdate, type Schedule } from './schedule.js';
import { startPlateau, stepPlateau } from './step-plateau.js';
import { warmupCosineRate } from './warmup-cosine-rate.js';

const updates = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('warmupCosineRate', () => {
  it('runs the first update at base/W, peaks at W and is 0 from T on', () => {
    const rate = (update: number) => warmupCosineRate(update, { learningRate: 1, warmupUpdates: 4, totalUpdates: 12 });
    expect(updates(4).map(rate)).toEqual([0.25, 0.5, 0.75, 1]);
    expect(rate(8)).toBeCloseTo(0.5, 12);
    expect([rate(12), rate(13), rate(40)]).toEqual([0, 0, 0]);
  });

  it('never divides by zero: no warm-up, no decay, a run shorter than the warm-up', () => {
    expect(warmupCosineRate(1, { learningRate: 1, warmupUpdates: 0, totalUpdates: 4 })).toBeCloseTo(
      0.8535533905932737,
      12,
    );
    for (const totalUpdates of [1, 3, 5]) {
      for (const update of updates(9)) {
        const rate = warmupCosineRate(update, { learningRate: 1, warmupUpdates: 5, totalUpdates });
        expect(rate).toBe(update <= 5 ? update / 5 : 0);
      }
    }
  });
});

describe('cosineRate', () => {
  it('starts at the peak and holds the floor after T', () => {
    const rate = (update: number) => cosineRate(update, { learningRate: 1, totalUpdates: 10, minimumRate: 0.1 });
    expect(rate(1)).toBe(1);
    expect(rate(6)).toBeCloseTo(0.55, 12);
    expect([rate(11), rate(12), rate(25)]).toEqual([0.1, 0.1, 0.1]);
  });
});

describe('cosineRestartsRate', () => {
  it('is back at the peak at the start of every cycle, whose lengths double', () => {
    const rate = (update: number) => cosineRestartsRate(update, { learningRate: 1, firstCycleUpdates: 3 });
    expect(updates(21).filter((update) => rate(update) === 1)).toEqual([1, 4, 10]);
  });
});

describe('oneCycleRate', () => {
  it('rises from a 25th of the peak, peaks, and ends at a 250,000th, where it stays', () => {
    const rate = (update: number) => oneCycleRate(update, { learningRate: 1, totalUpdates: 20 });
    expect(rate(1)).toBeCloseTo(1 / 25, 12);
    expect(rate(6)).toBeCloseTo(1, 12);
    expect(rate(20)).toBeCloseTo(1 / 25 / 1e4, 15);
    expect(rate(21)).toBe(rate(20));
  });

  it('moves momentum against the rate', () => {
    const momentum = (update: number) => oneCycleMomentum(update, { totalUpdates: 20 });
    expect([momentum(1), momentum(6), momentum(20)]).toEqual([0.95, 0.85, 0.95]);
  });

  it('is finite for the shortest runs', () => {
    for (const totalUpdates of [1, 2, 3, 4]) {
      for (const update of updates(6)) {
        expect(oneCycleRate(update, { learningRate: 1, totalUpdates })).toBeGreaterThan(0);
        expect(oneCycleRate(update, { learningRate: 1, totalUpdates })).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('stepPlateau', () => {
  const rates = (losses: readonly number[], options = {}) => {
    let state = startPlateau(1);
    return losses.map((loss) => {
      state = stepPlateau(state, loss, options);
      return state.learningRate;
    });
  };

  it('reduces the rate after patience + 1 epochs without improvement', () => {
    expect(rates([1, 1, 1, 1, 1], { patience: 1, factor: 0.5 })).toEqual([1, 1, 0.5, 0.5, 0.25]);
  });

  it('takes a NaN loss as no improvement and keeps the best', () => {
    expect(rates([Number.NaN, Number.NaN], { patience: 1, factor: 0.5 })).toEqual([1, 0.5]);
    expect(stepPlateau(stepPlateau(startPlateau(1), 0.3), Number.NaN).best).toBe(0.3);
  });

  it('stops at the minimum rate', () => {
    expect(rates([1, 1, 1, 1], { patience: 0, factor: 0.1, minimumRate: 0.05 })).toEqual([1, 0.1, 0.05, 0.05]);
  });

  it('survives a round trip through JSON at any point', () => {
    const state = stepPlateau(stepPlateau(startPlateau(1), 2), 3);
    expect(stepPlateau(JSON.parse(JSON.stringify(state)), 3)).toEqual(stepPlateau(state, 3));
  });
});

describe('rateOfUpdate', () => {
  it('gives every schedule a positive rate at its first update and stays within the peak', () => {
    const kinds: Schedule[] = [
      { kind: 'constant' },
      { kind: 'warmup_cosine' },
      { kind: 'cosine' },
      { kind: 'cosine_restarts' },
      { kind: 'plateau' },
      { kind: 'onecycle' },
    ];
    for (const schedule of kinds) {
      for (const totalUpdates of [1, 2, 3, 50]) {
        expect(rateOfUpdate(schedule, 1, { learningRate: 0.5, totalUpdates })).toBeGreaterThan(0);
        for (const update of updates(60)) {
          const rate = rateOfUpdate(schedule, update, { learningRate: 0.5, totalUpdates });
          expect(rate >= 0 && rate <= 0.5).toBe(true);
        }
      }
    }
  });

  it('warms up over a tenth of the updates unless told otherwise', () => {
    expect(rateOfUpdate({ kind: 'warmup_cosine' }, 1, { learningRate: 1, totalUpdates: 100 })).toBe(0.1);
  });

  it('takes the plateau rate from the state', () => {
    const plateau = { learningRate: 0.3, best: 1, badEpochs: 0 };
    expect(rateOfUpdate({ kind: 'plateau' }, 5, { learningRate: 1, totalUpdates: 9, plateau })).toBe(0.3);
  });
});
