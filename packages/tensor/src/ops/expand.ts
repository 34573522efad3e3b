// Repetition along axes of size 1.
import { requireShape } from '../argument-checks.js';
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * Repeats `x` to a larger shape: axes are aligned at the last, new leading axes and axes of size 1 are repeated. The
 * gradient of an element is the sum over its copies.
 *
 * @param x - floats.
 * @param shape - every size is that of `x`, or `x` has 1 there.
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function expand(x: Tensor, shape: readonly number[]): Tensor {
  return apply('expand', [x], (addon, [x]) => addon.expand(x, requireShape('expand', shape)));
}
