// The linear map of a layer.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * y = x Wᵀ + b over the last axis.
 *
 * @param x - floats, [..., inputs].
 * @param weight - W, [outputs, inputs].
 * @param bias - b, [outputs]. Default: none.
 * @returns [..., outputs].
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  return apply('linear', [x, weight, bias], (addon, [x, weight, bias]) => addon.linear(x, weight, bias));
}
