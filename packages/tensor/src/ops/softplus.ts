// Softplus, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * A smooth `relu` of every element: y = ln(1 + e^x), and y = x above 20.
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 * @remarks The threshold is that of PyTorch's softplus with beta 1.
 */
export function softplus(x: Tensor): Tensor {
  return apply('softplus', [x], (addon, [x]) => addon.softplus(x));
}
