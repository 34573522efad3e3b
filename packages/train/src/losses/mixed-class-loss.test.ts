import { logSoftmax, type Tensor, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { gradientError } from '../../test/gradient-error.js';
import { classificationLoss } from './classification-loss.js';
import { mixedClassLoss } from './mixed-class-loss.js';

const scores = [0.3, -1.2, 2.5, 0.7, -0.4, 1.9, 0.1, 0.2, -0.3];
const classWeights = [0.5, 2, 1.5];
const sampleWeights = [0.5, 3, 1];
const shares = [0.7, 0.3, 0, 0.25, 0.25, 0.5, 0, 0.1, 0.9];
const logProbabilities = (values: readonly number[] = scores): Tensor =>
  logSoftmax(tensor([...values], [3, 3], { dtype: 'float64' }));

describe('mixedClassLoss', () => {
  it('gives the values of PyTorch 2.15 for shares of classes', () => {
    expect(Math.abs(mixedClassLoss(logProbabilities(), shares).item() - 1.7868112778715102) <= 1e-12).toBe(true);
    const smooth = mixedClassLoss(logProbabilities(), shares, { labelSmoothing: 0.2 }).item();
    expect(Math.abs(smooth - 1.7440335000937326) <= 1e-12).toBe(true);
  });

  it.each([
    {},
    { classWeights },
    { sampleWeights },
    { labelSmoothing: 0.3 },
    { classWeights, sampleWeights, labelSmoothing: 0.3 },
  ])('is classificationLoss where every sample is of one class, with %j', (options) => {
    const pure = [0, 0, 1, 1, 0, 0, 0, 1, 0];
    const whole = classificationLoss(logProbabilities(), Int32Array.of(2, 0, 1), options).item();
    expect(Math.abs(mixedClassLoss(logProbabilities(), pure, options).item() - whole) <= 1e-12).toBe(true);
  });

  it('has the gradient of its value', () => {
    const loss = (x: Tensor): Tensor =>
      mixedClassLoss(logSoftmax(x), shares, { labelSmoothing: 0.2, classWeights, sampleWeights });
    expect(gradientError(scores, [3, 3], loss) <= 1e-8).toBe(true);
  });

  it.each([
    [shares.slice(1), {}],
    [shares, { classWeights: [1, 1] }],
    [shares, { sampleWeights: [1, 1] }],
    [shares, { labelSmoothing: 1 }],
  ])('refuses %j with %j', (given, options) => {
    expect(() => mixedClassLoss(logProbabilities(), given, options)).toThrow(
      expect.objectContaining({ code: 'LOSS_INPUT' }),
    );
  });
});
