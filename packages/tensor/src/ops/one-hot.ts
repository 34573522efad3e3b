// Numbers of classes as rows with a single 1.
import { requireInteger } from '../argument-checks.js';
import type { DType } from '../dtype.js';
import { tensorError } from '../errors.js';
import { type Tensor, tensor } from '../tensor.js';
import { composed } from './apply.js';
import { cast } from './cast.js';

const CLASS_DTYPES: readonly DType[] = ['int32', 'int64', 'uint8'];

/** Options of {@link oneHot}. */
export interface OneHotOptions {
  /** Type of the zeros and ones. Default `float32`. */
  readonly dtype?: DType | undefined;
}

/**
 * For each number of a class a row of zeros with a 1 at its place. It has no gradient, as classes have none.
 *
 * @param x - classes from 0, `int32`, `int64` or `uint8`, [...].
 * @param classCount - length of the rows K, at least 1; classes are below it.
 * @returns [..., K].
 * @throws SeqError `TENSOR_DTYPE` for floats; `TENSOR_INDEX` for a class outside, naming the first and their number;
 * `TENSOR_VALUE` for a number of classes that is none; `TENSOR_DISPOSED`
 * @remarks Unlike `torch.nn.functional.one_hot`, the number of classes is never guessed from the largest one, so that the
 * shape does not depend on the batch.
 */
export function oneHot(x: Tensor, classCount: number, { dtype = 'float32' }: OneHotOptions = {}): Tensor {
  return composed('oneHot', [x], () => {
    requireInteger('oneHot', 'classCount', classCount, 1);
    if (!CLASS_DTYPES.includes(x.dtype)) {
      throw tensorError('TENSOR_DTYPE', `oneHot: classes must be int32, int64 or uint8, got ${x.dtype}.`);
    }
    const classes = (x.dtype === 'int64' ? cast(x, 'float64') : x).toTypedArray();
    const isOutside = (place: number): boolean => !(place >= 0 && place < classCount);
    const first = classes.findIndex(isOutside);
    if (first >= 0) {
      const found = `index ${classes[first]} at position ${first} is outside 0..${classCount}`;
      const more = `${classes.filter(isOutside).length} such`;
      throw tensorError('TENSOR_INDEX', `oneHot: ${found}, ${more}.`, { position: first });
    }
    const rows = new Uint8Array(classes.length * classCount);
    classes.forEach((place, row) => {
      rows[row * classCount + place] = 1;
    });
    return tensor(rows, [...x.shape, classCount], { dtype, device: x.device });
  });
}
