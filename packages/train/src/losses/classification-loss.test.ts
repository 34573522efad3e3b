import { logSoftmax, type Tensor, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { gradientError } from '../../test/gradient-error.js';
import { classificationLoss } from './classification-loss.js';

const scores = [0.3, -1.2, 2.5, 0.7, -0.4, 1.9, 0.1, 0.2, -0.3];
const labels = Int32Array.of(2, 0, 1);
const classWeights = [0.5, 2, 1.5];
const logProbabilities = (values: readonly number[]): Tensor =>
  logSoftmax(tensor([...values], [3, 3], { dtype: 'float64' }));

describe('label smoothing', () => {
  it('gives the values of PyTorch 2.15, with and without class weights', () => {
    const plain = classificationLoss(logProbabilities(scores), labels, { labelSmoothing: 0.2 }).item();
    const weighted = classificationLoss(logProbabilities(scores), labels, { labelSmoothing: 0.2, classWeights }).item();
    expect(Math.abs(plain - 1.0040335000937326) <= 1e-12).toBe(true);
    expect(Math.abs(weighted - 0.8942399188284968) <= 1e-12).toBe(true);
  });

  it('of 0 changes nothing; sample weights of 1 change nothing without class weights', () => {
    const loss = (options: object): number => classificationLoss(logProbabilities(scores), labels, options).item();
    expect(loss({ labelSmoothing: 0, classWeights })).toBe(loss({ classWeights }));
    expect(loss({ labelSmoothing: 0.3, sampleWeights: [1, 1, 1] })).toBeCloseTo(loss({ labelSmoothing: 0.3 }), 12);
  });

  it('has the gradient of its value', () => {
    for (const sampleWeights of [undefined, [0.5, 3, 1]]) {
      const loss = (x: Tensor): Tensor =>
        classificationLoss(logSoftmax(x), labels, { labelSmoothing: 0.2, classWeights, sampleWeights });
      expect(gradientError(scores, [3, 3], loss) <= 1e-8).toBe(true);
    }
  });

  it('is refused outside [0, 1)', () => {
    for (const labelSmoothing of [-0.1, 1, Number.NaN]) {
      expect(() => classificationLoss(logProbabilities(scores), labels, { labelSmoothing })).toThrow(
        expect.objectContaining({ code: 'LOSS_INPUT' }),
      );
    }
  });
});
