// Logistic function, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The logistic function of every element: y = 1 / (1 + e^-x).
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function sigmoid(x: Tensor): Tensor {
  return apply('sigmoid', [x], (addon, [x]) => addon.sigmoid(x));
}
