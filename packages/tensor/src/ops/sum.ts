// Sum over axes.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';
import { type ReduceOptions, reducedAxes } from './reduce-options.js';

/**
 * The sum of the elements along the chosen axes; 0 where there is nothing to add.
 *
 * @param x - floats.
 * @throws SeqError `TENSOR_SHAPE` if an axis does not exist or repeats; `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 * @remarks Added up in double precision, in an order that the shape alone decides.
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return apply('sum', [x], (addon, [x]) =>
    addon.sum(x, reducedAxes('sum', x.shape, options), options.keepAxes ?? false),
  );
}
