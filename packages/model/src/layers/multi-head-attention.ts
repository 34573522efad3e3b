// Multi-head attention between packed sequences. It knows only tensors.
import { attention, type DropoutStream, type PackedSequences, type ParameterScope, type Tensor } from '@seq/tensor';
import { type AttentionWeights, attentionWeightsBySequence } from './attention-weights-by-sequence.js';
import { multiHeadAttentionParameters } from './multi-head-attention-parameters.js';

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionOptions {
  /** Embedding width D, a multiple of `heads`. */
  readonly width: number;
  /** Attention heads H. */
  readonly heads: number;
}

/** Options of {@link MultiHeadAttention.forward}. */
export interface AttendOptions {
  /** What the weighted mean is taken of. Default: the keys. */
  readonly value?: Tensor | undefined;
  /** Dropout on the weights. Default: none. */
  readonly dropout?: DropoutStream | undefined;
}

/**
 * Each row of a query sequence takes a weighted mean of the visible rows of the key sequence with the same number:
 * softmax(q kᵀ / sqrt(D / H)) v per head, then an output projection.
 *
 * Parameters: `in_proj_weight` [3D, D], `in_proj_bias`, `out_proj.weight` [D, D], `out_proj.bias`.
 */
export class MultiHeadAttention {
  /** What it was built with. */
  readonly options: MultiHeadAttentionOptions;
  readonly #parameters: readonly [Tensor, Tensor, Tensor, Tensor];

  constructor(scope: ParameterScope, options: MultiHeadAttentionOptions) {
    this.options = options;
    this.#parameters = multiHeadAttentionParameters(scope, options.width);
  }

  /** From queries [Tq, D], keys and values [Tk, D] to [Tq, D]. */
  forward(
    query: Tensor,
    queries: PackedSequences,
    key: Tensor,
    keys: PackedSequences,
    { value, dropout }: AttendOptions = {},
  ): Tensor {
    const { heads } = this.options;
    return attention(query, queries.offsets, key, keys, this.#parameters, { heads, value, dropout });
  }

  /**
   * The attention weights themselves, for a look inside: per sequence an array [H, queries, keys]. No gradient
   * flows through them.
   */
  weights(query: Tensor, queries: PackedSequences, key: Tensor, keys: PackedSequences): AttentionWeights {
    return attentionWeightsBySequence(query, queries, key, keys, this.#parameters, this.options.heads);
  }
}
