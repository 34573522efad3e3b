// Mean absolute error of predictions.
import { abs, sub, type Tensor } from '@seq/tensor';
import { constantLike } from './constant-like.js';
import { type SampleWeights, sampleMean } from './sample-mean.js';

/**
 * Mean of |prediction - target|; the slope at 0 is 0.
 *
 * @param prediction - [B, K].
 * @param target - B·K values, row-major.
 * @throws SeqError `LOSS_INPUT` if the numbers of values differ.
 */
export function maeLoss(prediction: Tensor, target: ArrayLike<number>, options: SampleWeights = {}): Tensor {
  const error = sub(prediction, constantLike(prediction, target, { asked: 'maeLoss' }));
  return sampleMean(abs(error), 'maeLoss', options);
}
