// One transformer layer out of single operations, norms before or behind. It knows only tensors.
import {
  add,
  attention,
  type DropoutStream,
  dropout,
  gelu,
  layerNorm,
  linear,
  type PackedSequences,
  relu,
  type Tensor,
} from '@seq/tensor';
import { type AttentionWeights, attentionWeightsBySequence } from './attention-weights-by-sequence.js';
import type { TransformerLayerParameters } from './transformer-layer-parameters.js';

/** Where the norms of a layer stand: before attention and feed-forward part, or behind each residual sum. */
export type NormPlacement = 'pre' | 'post';

/** What decides the mathematics of a layer. */
export interface LayerForm {
  /** Attention heads H. */
  readonly heads: number;
  /** `gelu` is the exact erf form. */
  readonly activation: 'gelu' | 'relu';
  /** Where the norms stand. */
  readonly normPlacement: NormPlacement;
}

/** The dropouts of a layer in one pass; undefined where none is active. */
export type LayerDropouts = Readonly<
  Record<'attentionWeights' | 'attentionOutput' | 'activation' | 'layerOutput', DropoutStream | undefined>
>;

const EPSILON = 1e-5;

/** From [T, D] to [T, D]. */
export function layerForward(
  x: Tensor,
  sequences: PackedSequences,
  parameters: TransformerLayerParameters,
  { heads, activation, normPlacement }: LayerForm,
  dropouts: LayerDropouts,
): Tensor {
  const { norm1, norm2, linear1, linear2 } = parameters;
  const drop = (y: Tensor, stream: DropoutStream | undefined): Tensor =>
    stream === undefined ? y : dropout(y, sequences.offsets, stream);
  const attend = (y: Tensor): Tensor => {
    const options = { heads, dropout: dropouts.attentionWeights };
    const attended = attention(y, sequences.offsets, y, sequences, parameters.attention, options);
    return drop(attended, dropouts.attentionOutput);
  };
  const feedForward = (y: Tensor): Tensor => {
    const activate = activation === 'relu' ? relu : gelu;
    const hidden = drop(activate(linear(y, ...linear1)), dropouts.activation);
    return drop(linear(hidden, ...linear2), dropouts.layerOutput);
  };
  const norm = (y: Tensor, [weight, bias]: typeof norm1): Tensor => layerNorm(y, weight, bias, { epsilon: EPSILON });
  if (normPlacement === 'post') {
    const between = norm(add(x, attend(x)), norm1);
    return norm(add(between, feedForward(between)), norm2);
  }
  const between = add(x, attend(norm(x, norm1)));
  return add(between, feedForward(norm(between, norm2)));
}

/** The weights of the attention inside {@link layerForward} for its input x, before dropout: per sequence [H, rows, rows]. */
export function layerAttentionWeights(
  x: Tensor,
  sequences: PackedSequences,
  { attention: parameters, norm1: [weight, bias] }: TransformerLayerParameters,
  { heads, normPlacement }: LayerForm,
): AttentionWeights {
  const seen = normPlacement === 'post' ? x : layerNorm(x, weight, bias, { epsilon: EPSILON });
  return attentionWeightsBySequence(seen, sequences, seen, sequences, parameters, heads);
}
