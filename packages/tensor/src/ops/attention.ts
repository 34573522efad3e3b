// Multi-head attention from the rows of one packed tensor to those of another.
import { requireInteger } from '../argument-checks.js';
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';
import { type DropoutStream, layeredDropout } from './dropout-stream.js';
import type { PackedSequences } from './packed-sequences.js';

/** Options of {@link attention}. */
export interface AttentionOptions {
  /** Heads H, a divisor of the width. */
  readonly heads: number;
  /** What the weighted means are taken of, [Tk, D]. Default: the keys. */
  readonly value?: Tensor | undefined;
  /** Random drops of weights in training. Default: none. */
  readonly dropout?: DropoutStream | undefined;
}

/**
 * Each row of a query sequence takes a weighted mean of the visible rows of the key sequence with the same number:
 * softmax(q kᵀ / sqrt(D / H)) v per head, then an output projection.
 *
 * @param query - floats, [Tq, D].
 * @param queryOffsets - query sequence i owns rows `queryOffsets[i]` to `queryOffsets[i + 1]`.
 * @param key - [Tk, D].
 * @param keys - as many sequences as queries have.
 * @param parameters - in_proj weight [3D, D] and bias [3D], out_proj weight [D, D] and bias [D].
 * @returns [Tq, D].
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_VALUE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 * @see Vaswani et al. 2017, "Attention is all you need", arXiv:1706.03762
 */
export function attention(
  query: Tensor,
  queryOffsets: Uint32Array,
  key: Tensor,
  { offsets, keyMask }: PackedSequences,
  parameters: readonly [Tensor, Tensor, Tensor, Tensor],
  { heads, value = key, dropout }: AttentionOptions,
): Tensor {
  requireInteger('attention', 'heads', heads, 1);
  requireInteger('attention', 'the number of parameters', parameters.length, 4, 4);
  const drops = dropout && layeredDropout('attention', dropout);
  return apply('attention', [query, key, value, ...parameters], (addon, [query, key, value, ...rest]) =>
    addon.attention(query, queryOffsets, key, value, offsets, keyMask, rest, heads, drops),
  );
}
