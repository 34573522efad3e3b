// Maximum over axes.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';
import { type ReduceOptions, reducedAxes } from './reduce-options.js';

/**
 * The largest of the elements along the chosen axes; a NaN among them gives NaN.
 *
 * Elements that are equal to the largest get equal shares of the gradient.
 *
 * @param x - floats.
 * @throws SeqError `TENSOR_SHAPE` if an axis does not exist or repeats, or where there is nothing to choose from; `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  return apply('max', [x], (addon, [x]) =>
    addon.max(x, reducedAxes('max', x.shape, options), options.keepAxes ?? false),
  );
}
