// Tensors end to end.
import { requireAxis } from '../argument-checks.js';
import { tensorError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * Tensors end to end along an axis, copied. Each gets its part of the gradient.
 *
 * @param inputs - one or more, of one dtype, with equal sizes but along `axis`.
 * @param axis - negative ones are counted from the last.
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function concat(inputs: readonly Tensor[], axis: number): Tensor {
  if (inputs.length === 0) throw tensorError('TENSOR_SHAPE', 'concat: one or more tensors are needed, got none.');
  return apply('concat', inputs, (addon, handles) =>
    addon.concat([...handles], requireAxis('concat', axis, handles[0]!.shape)),
  );
}
