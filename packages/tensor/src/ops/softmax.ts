// Probabilities from scores.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * y_i = e^x_i / Σ e^x_j over the last axis: positive numbers that add up to 1.
 *
 * @param x - floats, [..., V].
 * @throws SeqError `TENSOR_SHAPE` without an axis; `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function softmax(x: Tensor): Tensor {
  return apply('softmax', [x], (addon, [x]) => addon.softmax(x));
}
