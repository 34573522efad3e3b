// Position of the largest element.
import { requireAxis } from '../argument-checks.js';
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/** Options of {@link argmax}. */
export interface ArgmaxOptions {
  /** The axis along which positions are counted, negative ones counted from the last. Default -1. */
  readonly axis?: number;
}

/**
 * The position of the largest element along an axis, which disappears: `int32`. The first of equal ones wins, and the
 * first NaN wins over everything. It has no gradient.
 *
 * @param x - floats.
 * @throws SeqError `TENSOR_SHAPE` if the axis does not exist or is empty; `TENSOR_DTYPE`, `TENSOR_DISPOSED`;
 * `NOT_DIFFERENTIABLE` in a later backward through it.
 */
export function argmax(x: Tensor, { axis = -1 }: ArgmaxOptions = {}): Tensor {
  return apply('argmax', [x], (addon, [x]) => addon.argmax(x, requireAxis('argmax', axis, x.shape)));
}
