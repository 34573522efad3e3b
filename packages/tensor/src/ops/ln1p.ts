// Logarithm of one plus x, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The natural logarithm of 1 + x for every element, exact near 0.
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function ln1p(x: Tensor): Tensor {
  return apply('ln1p', [x], (addon, [x]) => addon.ln1p(x));
}
