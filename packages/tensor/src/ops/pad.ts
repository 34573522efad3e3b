// More positions along one axis, all of one value.
import { requireAxis, requireFinite, requireInteger } from '../argument-checks.js';
import { type Tensor, tensor } from '../tensor.js';
import { composed } from './apply.js';
import { concat } from './concat.js';

/** Options of {@link pad}. */
export interface PadOptions {
  /** What the new positions hold, finite; a number that the dtype of the tensor can hold. Default 0. */
  readonly value?: number | undefined;
}

/**
 * Adds positions of one value before and after those that there are along an axis. The gradient of an element is that of
 * its copy; the new positions pass none.
 *
 * @param x - any dtype.
 * @param axis - negative ones are counted from the last.
 * @param before - positions that come first, 0 or more.
 * @param after - positions that come last, 0 or more.
 * @throws SeqError `TENSOR_SHAPE` if the axis does not exist; `TENSOR_VALUE` for numbers of positions that are no natural
 * numbers, or a value that the dtype cannot hold; `TENSOR_DISPOSED`
 * @remarks One axis at a time, named as in {@link slice}, which takes the padding off again; `torch.nn.functional.pad`
 * lists all axes from the last.
 */
export function pad(x: Tensor, axis: number, before: number, after: number, { value = 0 }: PadOptions = {}): Tensor {
  return composed('pad', [x], () => {
    const place = requireAxis('pad', axis, x.shape);
    requireInteger('pad', 'before', before);
    requireInteger('pad', 'after', after);
    requireFinite('pad', 'value', value);
    const filled = (positions: number): Tensor => {
      const shape = x.shape.with(place, positions);
      const size = shape.reduce((product, length) => product * length, 1);
      return tensor(new Float64Array(size).fill(value), shape, { dtype: x.dtype, device: x.device });
    };
    return concat([filled(before), x, filled(after)], place);
  });
}
