// Quotient, element by element with broadcasting.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The quotient a / b, element by element; division by 0 gives an infinity or NaN.
 *
 * @param a - floats.
 * @param b - floats of the same dtype.
 * @returns the common shape: axes are aligned at the last, and one of size 1 stretches, as in NumPy.
 * @throws SeqError `TENSOR_SHAPE` if two sizes differ and neither is 1; `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function div(a: Tensor, b: Tensor): Tensor {
  return apply('div', [a, b], (addon, [a, b]) => addon.div(a, b));
}
