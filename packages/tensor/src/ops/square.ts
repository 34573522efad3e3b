// Square, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The square of every element: y = x².
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function square(x: Tensor): Tensor {
  return apply('square', [x], (addon, [x]) => addon.square(x));
}
