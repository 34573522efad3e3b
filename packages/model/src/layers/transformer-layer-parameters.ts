// Declares the parameters of one transformer layer in the order of the fused encoder. It computes nothing.
import type { ParameterScope, Tensor } from '@seq/tensor';
import { LayerNorm } from './layer-norm.js';
import { Linear } from './linear.js';
import { multiHeadAttentionParameters } from './multi-head-attention-parameters.js';

/** Sizes of a layer. */
export interface TransformerLayerSizes {
  /** Embedding width D. */
  readonly width: number;
  /** Hidden width F of the feed-forward part. */
  readonly feedForwardWidth: number;
}

/** A weight and its bias. */
export type WeightAndBias = readonly [weight: Tensor, bias: Tensor];

/** The twelve parameters of a layer by what they are for. */
export interface TransformerLayerParameters {
  /** Weight and bias of the packed input projection, then of the output projection. */
  readonly attention: readonly [inWeight: Tensor, inBias: Tensor, outWeight: Tensor, outBias: Tensor];
  /** From D to F. */
  readonly linear1: WeightAndBias;
  /** From F to D. */
  readonly linear2: WeightAndBias;
  /** The norm of the attention. */
  readonly norm1: WeightAndBias;
  /** The norm of the feed-forward part. */
  readonly norm2: WeightAndBias;
}

/**
 * The twelve parameters of a layer: attention in and out (weight, bias each), two linears, two norms.
 */
export function transformerLayerParameters(
  scope: ParameterScope,
  { width, feedForwardWidth }: TransformerLayerSizes,
): TransformerLayerParameters {
  const attention = multiHeadAttentionParameters(scope.child('self_attn'), width);
  const linear1 = new Linear(scope.child('linear1'), { inputs: width, outputs: feedForwardWidth });
  const linear2 = new Linear(scope.child('linear2'), { inputs: feedForwardWidth, outputs: width });
  const norm1 = new LayerNorm(scope.child('norm1'), { width });
  const norm2 = new LayerNorm(scope.child('norm2'), { width });
  const pair = ({ weight, bias }: Linear | LayerNorm): WeightAndBias => [weight, bias!];
  return {
    attention,
    linear1: pair(linear1),
    linear2: pair(linear2),
    norm1: pair(norm1),
    norm2: pair(norm2),
  };
}

/** The parameters in the order that the fused encoder takes them. */
export function inFusedOrder(parameters: TransformerLayerParameters): readonly Tensor[] {
  const { attention, linear1, linear2, norm1, norm2 } = parameters;
  return [...attention, ...linear1, ...linear2, ...norm1, ...norm2];
}
