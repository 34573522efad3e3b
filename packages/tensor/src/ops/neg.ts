// Negation, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The negative of every element: y = -x.
 *
 * @param x - floats of any shape, which the result keeps.
 * @throws SeqError `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function neg(x: Tensor): Tensor {
  return apply('neg', [x], (addon, [x]) => addon.neg(x));
}
