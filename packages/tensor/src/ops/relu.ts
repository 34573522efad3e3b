// Rectified linear unit, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The larger of x and 0 for every element; its slope at 0 is 0. A NaN stays NaN.
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function relu(x: Tensor): Tensor {
  return apply('relu', [x], (addon, [x]) => addon.relu(x));
}
