// The mean of squares that several losses come down to.
import { mean, square, sub, type Tensor } from '@seq/tensor';
import { constantLike } from './constant-like.js';

/**
 * Mean over all elements of (found - wanted)².
 *
 * @param found - any shape, at least one element.
 * @param wanted - as many values, row-major.
 * @param asked - what errors call the loss.
 * @throws SeqError `LOSS_INPUT` if the numbers of values differ.
 */
export function squaredError(found: Tensor, wanted: ArrayLike<number>, asked: string): Tensor {
  return mean(square(sub(found, constantLike(found, wanted, { asked }))));
}
