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

/**
 * The twelve parameters of a layer: attention in and out (weight, bias each), two linears, two norms.
 */
export function transformerLayerParameters(
  scope: ParameterScope,
  { width, feedForwardWidth }: TransformerLayerSizes,
): readonly Tensor[] {
  const attention = multiHeadAttentionParameters(scope.child('self_attn'), width);
  const linear1 = new Linear(scope.child('linear1'), { inputs: width, outputs: feedForwardWidth });
  const linear2 = new Linear(scope.child('linear2'), { inputs: feedForwardWidth, outputs: width });
  const norm1 = new LayerNorm(scope.child('norm1'), { width });
  const norm2 = new LayerNorm(scope.child('norm2'), { width });
  return [attention, [linear1, linear2, norm1, norm2].flatMap(({ weight, bias }) => [weight, bias!])].flat();
}
