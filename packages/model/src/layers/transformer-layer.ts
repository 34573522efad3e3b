// One pre-norm transformer layer out of single operations, without a closing norm. It knows only tensors.
import {
  add,
  type DropoutStream,
  dropout,
  gelu,
  type PackedSequences,
  type ParameterScope,
  relu,
  type Tensor,
} from '@seq/tensor';
import { dropoutKind, dropoutSite, dropoutStream, type PassOptions } from '../forward-options.js';
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
  /** Dropout probability in training, at the same four places as in a stack. Default 0. */
  readonly dropout?: number;
  /** Number of the stack that the layer belongs to, for random streams. Default 0. */
  readonly stack?: number;
  /** Number of the layer in it. Default 0. */
  readonly layer?: number;
}

/**
 * x + MHA(LN(x)), then x + W2 act(W1 LN(x)); for a whole stack {@link TransformerStack} is faster.
 *
 * Parameters: `self_attn.…`, `linear1.…`, `linear2.…`, `norm1.…`, `norm2.…`.
 */
export class TransformerLayer {
  /** What it was built with, defaults filled in. */
  readonly options: Required<TransformerLayerOptions>;
  readonly #attention: MultiHeadAttention;
  readonly #linear1: Linear;
  readonly #linear2: Linear;
  readonly #norm1: LayerNorm;
  readonly #norm2: LayerNorm;

  constructor(scope: ParameterScope, options: TransformerLayerOptions) {
    const { width, heads, feedForwardWidth } = options;
    this.options = { dropout: 0, stack: 0, layer: 0, ...options };
    this.#attention = new MultiHeadAttention(scope.child('self_attn'), { width, heads });
    this.#linear1 = new Linear(scope.child('linear1'), { inputs: width, outputs: feedForwardWidth });
    this.#linear2 = new Linear(scope.child('linear2'), { inputs: feedForwardWidth, outputs: width });
    this.#norm1 = new LayerNorm(scope.child('norm1'), { width });
    this.#norm2 = new LayerNorm(scope.child('norm2'), { width });
  }

  /**
   * From [T, D] to [T, D].
   *
   * @param sequenceIds - one id per sequence for dropout.
   * @throws SeqError `RANDOM_MISSING` in training with dropout and no `random`.
   */
  forward(x: Tensor, sequences: PackedSequences, options: PassOptions, sequenceIds: Uint32Array): Tensor {
    const streamOf = (kind: keyof typeof dropoutKind): DropoutStream | undefined => {
      const { dropout, stack, layer } = this.options;
      return dropoutStream(dropout, dropoutSite(stack, layer, dropoutKind[kind]), sequenceIds, options);
    };
    const drop = (y: Tensor, kind: keyof typeof dropoutKind): Tensor => {
      const stream = streamOf(kind);
      return stream === undefined ? y : dropout(y, sequences.offsets, stream);
    };
    const normed = this.#norm1.forward(x);
    const weights = { dropout: streamOf('attentionWeights') };
    const attended = this.#attention.forward(normed, sequences, normed, sequences, weights);
    const between = add(x, drop(attended, 'attentionOutput'));
    const activate = this.options.activation === 'relu' ? relu : gelu;
    const hidden = drop(activate(this.#linear1.forward(this.#norm2.forward(between))), 'activation');
    return add(between, drop(this.#linear2.forward(hidden), 'layerOutput'));
  }
}
