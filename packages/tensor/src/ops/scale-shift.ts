// A line through every element.
import { requireFinite } from '../argument-checks.js';
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The line y = scale x + shift for every element.
 *
 * @param x - floats of any shape, which the result keeps.
 * @param scale - any finite number.
 * @param shift - any finite number.
 * @throws SeqError `TENSOR_VALUE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function scaleShift(x: Tensor, scale: number, shift: number): Tensor {
  requireFinite('scaleShift', 'scale', scale);
  requireFinite('scaleShift', 'shift', shift);
  return apply('scaleShift', [x], (addon, [x]) => addon.scaleShift(x, scale, shift));
}
