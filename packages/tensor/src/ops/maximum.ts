// Larger of two tensors, element by element with broadcasting.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The larger of a and b, element by element. Where they are equal, each gets half of the gradient.
 *
 * @param a - floats.
 * @param b - floats of the same dtype.
 * @returns the common shape: axes are aligned at the last, and one of size 1 stretches, as in NumPy.
 * @throws SeqError `TENSOR_SHAPE` if two sizes differ and neither is 1; `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function maximum(a: Tensor, b: Tensor): Tensor {
  return apply('maximum', [a, b], (addon, [a, b]) => addon.maximum(a, b));
}
