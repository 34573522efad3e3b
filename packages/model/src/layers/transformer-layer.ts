// One pre-norm transformer layer out of single operations, without a closing norm. It knows only tensors.
import { add, gelu, type ParameterScope, relu, type Tensor } from '@seq/tensor';
import type { PackedSequences } from './attention-pooling.js';
import { LayerNorm } from './layer-norm.js';
import { Linear } from './linear.js';
import { MultiHeadAttention } from './multi-head-attention.js';

/** Options of {@link TransformerLayer}. */
export interface TransformerLayerOptions {
  /** Embedding width D, a multiple of `heads`. */
  readonly width: number;
  /** Attention heads H. */
  readonly heads: number;
  /** Hidden width F. */
  readonly feedForwardWidth: number;
  /** `gelu` is the exact erf form. */
  readonly activation: 'gelu' | 'relu';
}

/**
 * x + MHA(LN(x)), then x + W2 act(W1 LN(x)); for a whole stack {@link TransformerStack} is faster.
 *
 * Parameters: `self_attn.…`, `linear1.…`, `linear2.…`, `norm1.…`, `norm2.…`.
 */
export class TransformerLayer {
  readonly #activate: (x: Tensor) => Tensor;
  readonly #attention: MultiHeadAttention;
  readonly #linear1: Linear;
  readonly #linear2: Linear;
  readonly #norm1: LayerNorm;
  readonly #norm2: LayerNorm;

  constructor(scope: ParameterScope, { width, heads, feedForwardWidth, activation }: TransformerLayerOptions) {
    this.#activate = activation === 'relu' ? relu : gelu;
    this.#attention = new MultiHeadAttention(scope.child('self_attn'), { width, heads });
    this.#linear1 = new Linear(scope.child('linear1'), { inputs: width, outputs: feedForwardWidth });
    this.#linear2 = new Linear(scope.child('linear2'), { inputs: feedForwardWidth, outputs: width });
    this.#norm1 = new LayerNorm(scope.child('norm1'), { width });
    this.#norm2 = new LayerNorm(scope.child('norm2'), { width });
  }

  /** From [T, D] to [T, D]. */
  forward(x: Tensor, sequences: PackedSequences): Tensor {
    const normed = this.#norm1.forward(x);
    const attended = add(x, this.#attention.forward(normed, sequences, normed, sequences));
    const hidden = this.#activate(this.#linear1.forward(this.#norm2.forward(attended)));
    return add(attended, this.#linear2.forward(hidden));
  }
}
