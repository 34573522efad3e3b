import { describe, expect, it } from 'vitest';
import { startEarlyStopping, stepEarlyStopping } from './early-stopping.js';
import { addLosses, meanLosses, startLossSums } from './loss-sums.js';

describe('stepEarlyStopping', () => {
  const after = (metric: 'loss' | 'r2', values: readonly number[]) =>
    values.reduce((state, value, i) => stepEarlyStopping(state, value, { metric, epoch: i + 1 }), startEarlyStopping());

  it('takes lower losses and higher R2 as better, and only if strictly so', () => {
    expect(after('loss', [3, 2, 2, 4])).toEqual({ bestValue: 2, bestEpoch: 2, badEpochs: 2 });
    expect(after('r2', [-1, 0.5, 0.5, 0.7])).toEqual({ bestValue: 0.7, bestEpoch: 4, badEpochs: 0 });
  });

  it('never takes NaN for an improvement', () => {
    expect(after('loss', [Number.NaN, 5, Number.NaN])).toEqual({ bestValue: 5, bestEpoch: 2, badEpochs: 1 });
  });
});

describe('meanLosses', () => {
  it('weighs batches by their samples', () => {
    const sums = addLosses(addLosses(startLossSums(), { total: 1, target: 2 }, 3), { total: 5, target: 6 }, 1);
    expect(meanLosses(sums)).toEqual({ total: 2, target: 3 });
    expect(meanLosses(startLossSums())).toEqual({ total: 0 });
  });
});
