// Logarithms of probabilities from scores.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * y_i = x_i - ln Σ e^x_j over the last axis: the logarithms of `softmax`, without its underflow.
 *
 * @param x - floats, [..., V].
 * @throws SeqError `TENSOR_SHAPE` without an axis; `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function logSoftmax(x: Tensor): Tensor {
  return apply('logSoftmax', [x], (addon, [x]) => addon.logSoftmax(x));
}
