import { memory, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { trainDeepSets } from './train.js';

describe('DeepSets', () => {
  const { model, error, errorOfGuessing } = trainDeepSets({ seed: 1, steps: 600 });

  it('learns a function of sets from examples', () => {
    expect(errorOfGuessing).toBeGreaterThan(0.1);
    expect(error).toBeLessThan(0.02 * errorOfGuessing);
  });

  it('does not look at the order of the elements', () => {
    const numbers = [0.5, -0.2, 0.1, 0.9, -0.7, 0.3];
    const sum = (order: readonly number[]): number => {
      const elements = tensor(
        order.flatMap((i) => numbers.slice(2 * i, 2 * i + 2)),
        [3, 2],
      );
      return model.forward({ elements, setOfElement: new Uint32Array(3), setCount: 1 }).item();
    };
    expect(Math.abs(sum([2, 0, 1]) - sum([0, 1, 2]))).toBeLessThanOrEqual(1e-5);
  });

  it('gives the same numbers for the same seed', () => {
    const again = () => trainDeepSets({ seed: 2, steps: 20 }).error;
    expect(again()).toBe(again());
  });

  it('leaves no tensor behind', () => {
    const before = memory().liveTensors;
    trainDeepSets({ seed: 3, steps: 10 });
    expect(memory().liveTensors).toBe(before);
  });
});
