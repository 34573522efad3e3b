// One row per sequence, by learned attention.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';
import type { PackedSequences } from './packed-sequences.js';

/**
 * The mean of a sequence's visible rows, weighted by the softmax of their products with a learned query over sqrt(D),
 * then normalised (epsilon 1e-5). With a mask the weights are divided by their sum + 1e-8, as the reference does; a
 * sequence without a visible row takes the plain mean of all.
 *
 * @param x - floats, [T, D].
 * @param query - [1, D].
 * @param normWeight - [D].
 * @param normBias - [D].
 * @returns [sequences, D].
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_VALUE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function attentionPooling(
  x: Tensor,
  { offsets, keyMask }: PackedSequences,
  query: Tensor,
  normWeight: Tensor,
  normBias: Tensor,
): Tensor {
  return apply('attentionPooling', [x, query, normWeight, normBias], (addon, [x, query, weight, bias]) =>
    addon.attentionPooling(x, offsets, keyMask, query, weight, bias),
  );
}
