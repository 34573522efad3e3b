// The Huber penalty, element by element.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/** Options of {@link huber}. */
export interface HuberOptions {
  /** Where the square ends and the line begins, in units of `x`; positive. Default 1. */
  readonly delta?: number;
}

/**
 * The Huber penalty of every element: x²/2 where |x| ≤ delta, delta (|x| - delta/2) elsewhere.
 *
 * @param x - floats of any shape, which the result keeps: differences between prediction and target.
 * @throws SeqError `TENSOR_VALUE` unless delta is positive and finite; `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 * @remarks As PyTorch's huber_loss before its reduction; its smooth_l1_loss divides by delta.
 * @see Huber 1964, "Robust estimation of a location parameter", doi:10.1214/aoms/1177703732
 */
export function huber(x: Tensor, { delta = 1 }: HuberOptions = {}): Tensor {
  return apply('huber', [x], (addon, [x]) => addon.huber(x, delta));
}
