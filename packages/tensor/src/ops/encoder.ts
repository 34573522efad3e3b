// A whole transformer stack as one operation.
import { requireInteger } from '../argument-checks.js';
import type { Tensor } from '../tensor.js';
import { applyMany } from './apply.js';
import { type DropoutStream, layeredDropout } from './dropout-stream.js';
import type { PackedSequences } from './packed-sequences.js';

/** Options of {@link encoder}. */
export interface EncoderOptions {
  /** Heads H of every layer, a divisor of the width. */
  readonly heads: number;
  /** Activation of the feed-forward part; `gelu` is the exact erf form. Default `gelu`. */
  readonly activation?: 'gelu' | 'relu' | undefined;
  /**
   * What is kept for backward: `all` of what takes a large matrix product to repeat, or only the `boundary` between
   * layers, which takes less memory and a second forward. Gradients are bit-equal. Default `all`.
   */
  readonly recompute?: 'all' | 'boundary' | undefined;
  /** Random drops in training; layer i draws at the stream's site + 16 i. Default: none. */
  readonly dropout?: DropoutStream | undefined;
}

/**
 * A pre-norm transformer stack over packed sequences: per layer x + attention(norm(x)), then x + feedForward(norm(x)); a
 * norm (epsilon 1e-6) at the end. Rows see the visible rows of their own sequence only, and what a sequence gives does
 * not depend on its neighbours.
 *
 * @param x - floats, [T, D].
 * @param parameters - per layer in_proj weight [3D, D] and bias, out_proj weight [D, D] and bias, linear1 weight [F, D]
 * and bias, linear2 weight [D, F] and bias, norm1 weight and bias, norm2 weight and bias; then weight and bias of the
 * last norm.
 * @returns [T, D].
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_VALUE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 * @see Vaswani et al. 2017, "Attention is all you need", arXiv:1706.03762; Xiong et al. 2020, arXiv:2002.04745 (pre-norm)
 */
export function encoder(
  x: Tensor,
  { offsets, keyMask }: PackedSequences,
  parameters: readonly Tensor[],
  { heads, activation = 'gelu', recompute = 'all', dropout }: EncoderOptions,
): Tensor {
  requireInteger('encoder', 'heads', heads, 1);
  const drops = dropout && layeredDropout('encoder', dropout);
  return applyMany('encoder', [x, ...parameters], (addon, [first, ...rest]) =>
    addon.encoder(first!, offsets, keyMask, rest, heads, activation === 'gelu', recompute === 'all', drops),
  );
}
