// Hyperbolic tangent, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The hyperbolic tangent of every element.
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function tanh(x: Tensor): Tensor {
  return apply('tanh', [x], (addon, [x]) => addon.tanh(x));
}
