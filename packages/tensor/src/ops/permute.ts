// Axes in another order.
import { requireAxis } from '../argument-checks.js';
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * Axes in another order, copied: axis i of the result is axis `axes[i]` of `x`. `permute(x, [1, 0])` transposes.
 *
 * @param x - any dtype.
 * @param axes - every axis once, negative ones counted from the last.
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_DISPOSED`
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  return apply('permute', [x], (addon, [x]) => {
    const { shape } = x;
    return addon.permute(
      x,
      axes.map((axis) => requireAxis('permute', axis, shape)),
    );
  });
}
