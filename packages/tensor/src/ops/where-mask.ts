// A choice between two tensors, element by element with broadcasting.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * Elements of `a` where the mask is not 0, else of `b`. Gradients go to whichever was taken.
 *
 * @param mask - `uint8`.
 * @param a - floats.
 * @param b - floats of the same dtype.
 * @returns the common shape of all three: axes are aligned at the last, and one of size 1 stretches, as in NumPy.
 * @throws SeqError `TENSOR_SHAPE` if two sizes differ and neither is 1; `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function whereMask(mask: Tensor, a: Tensor, b: Tensor): Tensor {
  return apply('whereMask', [mask, a, b], (addon, [mask, a, b]) => addon.whereMask(mask, a, b));
}
