// Comparison, element by element with broadcasting.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * 1 where a = b, else 0, as `uint8`. It has no gradient.
 *
 * @param a - any dtype.
 * @param b - the same dtype.
 * @returns the common shape: axes are aligned at the last, and one of size 1 stretches, as in NumPy.
 * @throws SeqError `TENSOR_SHAPE` if two sizes differ and neither is 1; `TENSOR_DTYPE`, `TENSOR_DISPOSED`;
 * `NOT_DIFFERENTIABLE` in a later backward through it.
 */
export function equal(a: Tensor, b: Tensor): Tensor {
  return apply('equal', [a, b], (addon, [a, b]) => addon.equal(a, b));
}
