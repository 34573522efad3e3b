// Gaussian error linear unit, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The Gaussian error linear unit of every element: y = x Φ(x), with Φ the distribution function of the standard
 * normal.
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 * @remarks Exact (by the error function); the tanh approximation of some tools differs by up to 5e-4.
 * @see Hendrycks & Gimpel 2016, arXiv:1606.08415
 */
export function gelu(x: Tensor): Tensor {
  return apply('gelu', [x], (addon, [x]) => addon.gelu(x));
}
