// A whole transformer stack as one operation.
import { requireInteger, requireOneOf } from '../argument-checks.js';
import type { Tensor } from '../tensor.js';
import { applyMany } from './apply.js';
import { type DropoutStream, layeredDropout } from './dropout-stream.js';
import type { PackedSequences } from './packed-sequences.js';

/**
 * What an {@link encoder} keeps from forward to backward; what it does not keep it makes again. Gradients are bit-equal
 * under every policy. Numbers per row and layer, with width D, H heads and feed-forward width F:
 *
 * - `none`: nothing; backward first repeats the whole stack for a few sequences at a time.
 * - `boundary`: D, the output of the layer; backward repeats the layer.
 * - `selective`: 6 D + 2 H + F, everything that takes a large matrix product to make.
 * - `all`: 8 D + 2 H + 3 F, norms and activations as well.
 */
export type RecomputePolicy = 'none' | 'boundary' | 'selective' | 'all';

/**
 * To what the factors of the matrix products of an {@link encoder} are rounded, forward and backward.
 *
 * - `f32`: to nothing, they are as they are.
 * - `bf16`: to 8 bits of precision (nearest, ties to even, subnormal numbers to zero). Products are summed in `float32`,
 *   and norms, softmax, activations, residuals, parameters and gradients stay as they are, so no loss scaling is needed.
 *   Processors with a fast instruction (AVX512-BF16, see {@link multipliesBf16}) multiply two factors at once; others
 *   get the same numbers, no faster.
 *
 * @see Kalamkar et al. 2019, "A study of BFLOAT16 for deep learning training", arXiv:1905.12322
 */
export type ProductPrecision = 'f32' | 'bf16';

/** Every {@link ProductPrecision}. */
export const PRODUCT_PRECISIONS: readonly string[] = ['f32', 'bf16'];

const POLICIES: readonly string[] = ['none', 'boundary', 'selective', 'all'];

/** Options of {@link encoder}. */
export interface EncoderOptions {
  /** Heads H of every layer, a divisor of the width. */
  readonly heads: number;
  /** Activation of the feed-forward part; `gelu` is the exact erf form. Default `gelu`. */
  readonly activation?: 'gelu' | 'relu' | undefined;
  /** What is kept for backward. Default `selective`. */
  readonly recompute?: RecomputePolicy | undefined;
  /** Factors of matrix products. Default `f32`. */
  readonly precision?: ProductPrecision | undefined;
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
  { heads, activation = 'gelu', recompute = 'selective', precision = 'f32', dropout }: EncoderOptions,
): Tensor {
  requireInteger('encoder', 'heads', heads, 1);
  requireOneOf('encoder', 'recompute', recompute, POLICIES);
  requireOneOf('encoder', 'precision', precision, PRODUCT_PRECISIONS);
  const drops = dropout && layeredDropout('encoder', dropout);
  return applyMany('encoder', [x, ...parameters], (addon, [first, ...rest]) =>
    addon.encoder(first!, offsets, keyMask, rest, heads, activation === 'gelu', recompute, precision, drops),
  );
}
