import { tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { pointPredictions, quantilePredictions } from './point-predictions.js';

const plain = { kind: 'none' } as const;

describe('pointPredictions', () => {
  it.each([
    [1, [0, 10]],
    [2, [1, 11]],
    [5, [2, 12]],
    [6, [3, 13]],
  ])('of %i quantiles are the middle ones', (count, middle) => {
    const values = [0, 10].flatMap((sample) => Array.from({ length: count }, (_, quantile) => sample + quantile));
    const prediction = tensor(values, [2, 1, count]);
    expect([...pointPredictions(prediction, plain)]).toEqual(middle);
    const last = quantilePredictions(prediction, plain).at(-1)!;
    expect([...last]).toEqual([count - 1, 9 + count]);
  });

  it('without quantiles are in the unit of the target', () => {
    const scale = { kind: 'zscore', mean: 20, standardDeviation: 3 } as const;
    expect([...pointPredictions(tensor([-1, 0, 2], [3, 1]), scale)]).toEqual([17, 20, 26]);
  });
});
