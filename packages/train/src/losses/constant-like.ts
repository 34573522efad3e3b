// Numbers that enter a loss without a gradient, in the dtype of the prediction.
import { type Tensor, tensor } from '@seq/tensor';
import { trainError } from '../errors.js';

/**
 * A tensor of given numbers in the dtype of another tensor.
 *
 * @param like - whose dtype is taken; also the shape, unless one is given.
 * @throws SeqError `LOSS_INPUT` if the number of values does not fit the shape.
 */
export function constantLike(
  like: Tensor,
  values: ArrayLike<number>,
  { asked, shape = like.shape }: { readonly asked: string; readonly shape?: readonly number[] },
): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== values.length) {
    throw trainError(
      'LOSS_INPUT',
      `${asked}: ${values.length} values for predictions of shape [${like.shape.join(', ')}]; give ${size}.`,
      { details: { found: values.length, needed: size } },
    );
  }
  return tensor(Float64Array.from(values), shape, { dtype: like.dtype });
}
