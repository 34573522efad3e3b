// A range of positions along one axis.
import { requireAxis, requireInteger } from '../argument-checks.js';
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * Positions `start` to `end` (exclusive) along an axis, copied. The gradient of everything else is 0.
 *
 * @param x - any dtype.
 * @param axis - negative ones are counted from the last.
 * @param start - 0 to `end`.
 * @param end - at most the size of the axis.
 * @throws SeqError `TENSOR_SHAPE` if the axis or the range does not exist; `TENSOR_VALUE` for bounds that are no natural
 * numbers; `TENSOR_DISPOSED`
 * @remarks Unlike `Array.prototype.slice`, bounds outside the axis are an error.
 */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  requireInteger('slice', 'start', start);
  requireInteger('slice', 'end', end);
  return apply('slice', [x], (addon, [x]) => addon.slice(x, requireAxis('slice', axis, x.shape), start, end));
}
