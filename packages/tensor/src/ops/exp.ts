// Exponential, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The exponential of every element: y = e^x.
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function exp(x: Tensor): Tensor {
  return apply('exp', [x], (addon, [x]) => addon.exp(x));
}
