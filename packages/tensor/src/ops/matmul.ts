// Matrix products.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The matrix product over the last two axes, for every index of the leading axes.
 *
 * @param a - floats, [..., m, k].
 * @param b - floats of the same dtype, [..., k, n], with the same leading axes.
 * @returns [..., m, n].
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 * @remarks Unlike NumPy's, leading axes are not broadcast; use `expand`.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return apply('matmul', [a, b], (addon, [a, b]) => addon.matmul(a, b));
}
