// An absolute error that weighs too high and too low predictions differently.
import { add, neg, relu, scaleShift, sub, type Tensor } from '@seq/tensor';
import { trainError } from '../errors.js';
import { constantLike } from './constant-like.js';
import { type SampleWeights, sampleMean } from './sample-mean.js';

/** Options of {@link asymmetricLoss}. */
export interface AsymmetricLossOptions extends SampleWeights {
  /** Weight of a prediction above the target, greater than 0. Default 1. */
  readonly over?: number | undefined;
  /** Weight of a prediction below the target, greater than 0. Default 1. */
  readonly under?: number | undefined;
}

/**
 * Mean of over·e above the target and -under·e below it, with e = prediction - target; the slope at 0 is 0.
 *
 * @param prediction - [B, K].
 * @param target - B·K values, row-major.
 * @throws SeqError `LOSS_INPUT` if the numbers of values differ or a weight is not positive.
 */
export function asymmetricLoss(
  prediction: Tensor,
  target: ArrayLike<number>,
  options: AsymmetricLossOptions = {},
): Tensor {
  const { over = 1, under = 1 } = options;
  if (!(over > 0 && under > 0)) {
    const found = `over is ${over} and under is ${under}`;
    throw trainError('LOSS_INPUT', `asymmetricLoss: ${found}; both must be greater than 0.`);
  }
  const error = sub(prediction, constantLike(prediction, target, { asked: 'asymmetricLoss' }));
  const above = scaleShift(relu(error), over, 0);
  const below = scaleShift(relu(neg(error)), under, 0);
  return sampleMean(add(above, below), 'asymmetricLoss', options);
}
