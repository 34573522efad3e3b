// Square root, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The square root of every element; NaN below 0. Its slope at 0 is infinite.
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function sqrt(x: Tensor): Tensor {
  return apply('sqrt', [x], (addon, [x]) => addon.sqrt(x));
}
