// Random zeros in packed sequences.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';
import { type DropoutStream, requireDropoutStream } from './dropout-stream.js';

/**
 * Sets elements to 0 with probability p and multiplies the others by 1 / (1 - p). What is dropped in a sequence depends
 * on the stream's numbers, the sequence's id and the place in it, not on the batch or the threads.
 *
 * @param x - floats, [T, D], sequences end to end.
 * @param offsets - sequence i owns rows `offsets[i]` to `offsets[i + 1]`; from 0 to T, never falling.
 * @throws SeqError `TENSOR_VALUE` for a number out of range, or offsets and ids that do not fit; `TENSOR_SHAPE`,
 * `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 * @see Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting"
 */
export function dropout(x: Tensor, offsets: Uint32Array, stream: DropoutStream): Tensor {
  const { probability, key, sequenceIds } = requireDropoutStream('dropout', stream);
  return apply('dropout', [x], (addon, [x]) => addon.dropout(x, offsets, probability, key, sequenceIds));
}
