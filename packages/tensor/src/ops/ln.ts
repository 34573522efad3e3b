// Natural logarithm, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The natural logarithm of every element; NaN below 0, -Infinity at 0.
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function ln(x: Tensor): Tensor {
  return apply('ln', [x], (addon, [x]) => addon.ln(x));
}
