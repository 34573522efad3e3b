// The loss of a base model that predicts numbers per sample, such as Faith's PD.
import type { Tensor } from '@seq/tensor';
import { squaredError } from './squared-error.js';

/**
 * Mean over all elements of (prediction - target)².
 *
 * @param prediction - any shape.
 * @param target - as many values, row-major.
 * @throws SeqError `LOSS_INPUT` if the numbers of values differ.
 */
export function baseLoss(prediction: Tensor, target: ArrayLike<number>): Tensor {
  return squaredError(prediction, target, 'baseLoss');
}
