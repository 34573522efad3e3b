// Rows of a table by their indices.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * Row `indices[i]` of `x` becomes row i. The gradient of a row is the sum over its uses, added up in order.
 *
 * @param x - any dtype, [R, ...].
 * @param indices - each below R; a row may be taken often or never.
 * @returns [indices.length, ...].
 * @throws SeqError `TENSOR_INDEX` naming the first index outside, `TENSOR_SHAPE`, `TENSOR_DISPOSED`
 */
export function gatherRows(x: Tensor, indices: Uint32Array): Tensor {
  return apply('gatherRows', [x], (addon, [x]) => addon.gatherRows(x, indices));
}
