// How much each row of one packed tensor attends to the rows of another, for a look inside.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';
import type { PackedSequences } from './packed-sequences.js';

/** Options of {@link attentionWeights}. */
export interface AttentionWeightsOptions {
  /** Heads H, a divisor of the width. */
  readonly heads: number;
}

/**
 * The weights that `attention` takes its means with, before drops: softmax(q kᵀ / sqrt(D / H)), 0 for hidden keys. No
 * gradient flows through them.
 *
 * @param query - floats, [Tq, D].
 * @param queryOffsets - query sequence i owns rows `queryOffsets[i]` to `queryOffsets[i + 1]`.
 * @param key - [Tk, D].
 * @param keys - as many sequences as queries have.
 * @param parameters - in_proj weight [3D, D] and bias [3D], out_proj weight [D, D] and bias [D].
 * @returns one axis: per sequence [H, queries, keys], all end to end.
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_VALUE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function attentionWeights(
  query: Tensor,
  queryOffsets: Uint32Array,
  key: Tensor,
  { offsets, keyMask }: PackedSequences,
  parameters: readonly [Tensor, Tensor, Tensor, Tensor],
  { heads }: AttentionWeightsOptions,
): Tensor {
  return apply('attentionWeights', [query, key, ...parameters], (addon, [query, key, ...rest]) =>
    addon.attentionWeights(query, queryOffsets, key, offsets, keyMask, rest, heads),
  );
}
