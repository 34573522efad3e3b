// The same numbers in another dtype.
import type { DType } from '../dtype.js';
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The same numbers in another dtype. To floats they are rounded once, to nearest, ties to even. To integers,
 * fractions are cut, numbers outside the range go to its end and NaN becomes 0. `int64` holds all `int32` and all doubles
 * up to 2^53 exactly. Between floats the gradient is cast back (that of a 16-bit float is `float32`); to or from integers there is none.
 *
 * @param x - any dtype and shape; the shape is kept.
 * @throws SeqError `TENSOR_DISPOSED`; `NOT_DIFFERENTIABLE` in a later backward through a cast to or from integers.
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  return apply('cast', [x], (addon, [x]) => addon.cast(x, dtype));
}
