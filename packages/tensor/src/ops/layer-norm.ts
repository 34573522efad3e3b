// Normalisation over the last axis.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/** Options of {@link layerNorm}. */
export interface LayerNormOptions {
  /** Added to the variance; positive. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * y = (x - mean) / sqrt(variance + epsilon) * weight + bias, with mean and biased variance over the last axis.
 *
 * @param x - floats, [..., D].
 * @param weight - [D].
 * @param bias - [D].
 * @throws SeqError `TENSOR_SHAPE`, `TENSOR_VALUE`, `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 * @see Ba, Kiros & Hinton 2016, "Layer normalization", arXiv:1607.06450
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, { epsilon = 1e-5 }: LayerNormOptions = {}): Tensor {
  return apply('layerNorm', [x, weight, bias], (addon, [x, weight, bias]) => addon.layerNorm(x, weight, bias, epsilon));
}
