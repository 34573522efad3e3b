// Absolute value, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The absolute value of every element; its slope at 0 is 0.
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function abs(x: Tensor): Tensor {
  return apply('abs', [x], (addon, [x]) => addon.abs(x));
}
