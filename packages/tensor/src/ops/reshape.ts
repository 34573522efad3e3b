// The same elements under another shape.
import { requireShape } from '../argument-checks.js';
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The same elements in the same row-major order under another shape. Nothing is copied.
 *
 * @param x - any dtype.
 * @param shape - as many elements as `x` has.
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_DISPOSED`
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  return apply('reshape', [x], (addon, [x]) => addon.reshape(x, requireShape('reshape', shape)));
}
