// Mean over axes.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';
import { type ReduceOptions, reducedAxes } from './reduce-options.js';

/**
 * The mean of the elements along the chosen axes; NaN where there are none.
 *
 * @param x - floats.
 * @throws SeqError `TENSOR_SHAPE` if an axis does not exist or repeats; `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 * @remarks Added up in double precision, in an order that the shape alone decides.
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  return apply('mean', [x], (addon, [x]) =>
    addon.mean(x, reducedAxes('mean', x.shape, options), options.keepAxes ?? false),
  );
}
