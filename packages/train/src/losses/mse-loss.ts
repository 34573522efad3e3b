// Mean squared error of predictions.
import { square, sub, type Tensor } from '@seq/tensor';
import { constantLike } from './constant-like.js';
import { type SampleWeights, sampleMean } from './sample-mean.js';

/**
 * Mean of (prediction - target)².
 *
 * @param prediction - [B, K].
 * @param target - B·K values, row-major.
 * @throws SeqError `LOSS_INPUT` if the numbers of values differ.
 */
export function mseLoss(prediction: Tensor, target: ArrayLike<number>, options: SampleWeights = {}): Tensor {
  const error = sub(prediction, constantLike(prediction, target, { asked: 'mseLoss' }));
  return sampleMean(square(error), 'mseLoss', options);
}
