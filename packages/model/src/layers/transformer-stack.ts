// A pre-norm transformer over packed sequences, run as one fused operation. It knows only tensors.
import { encoder, type PackedSequences, type ParameterScope, type Tensor } from '@seq/tensor';
import { dropoutSite, dropoutStream, type PassOptions } from '../forward-options.js';
import { LayerNorm } from './layer-norm.js';
import { transformerLayerParameters } from './transformer-layer-parameters.js';

/** Options of {@link TransformerStack}. */
export interface TransformerStackOptions {
  /** Embedding width D, a multiple of `heads`. */
  readonly width: number;
  /** Attention heads H; head h owns features h·D/H to (h+1)·D/H - 1. */
  readonly heads: number;
  /** Hidden width F of the feed-forward parts. */
  readonly feedForwardWidth: number;
  /** Number of layers. */
  readonly layers: number;
  /** `gelu` is the exact erf form. */
  readonly activation: 'gelu' | 'relu';
  /** Dropout probability in training: attention weights, attention output, activation and layer output. Default 0. */
  readonly dropout?: number;
  /** Number of this stack in the random streams; stacks of one model need different ones. Default 0. */
  readonly stack?: number;
}

/**
 * Layers of x + MHA(LN(x)), x + W2 act(W1 LN(x)), then a closing norm (epsilon 1e-6; 1e-5 inside). Rows that the mask
 * hides are no keys, but have outputs.
 *
 * Parameters: `encoder.layers.<i>.{self_attn.…, linear1.…, linear2.…, norm1.…, norm2.…}` and `norm.…`. Layers start from
 * different weights; the reference's start as copies of each other.
 */
export class TransformerStack {
  /** The closing norm. */
  readonly norm: LayerNorm;
  /** What it was built with, defaults filled in. */
  readonly options: Required<TransformerStackOptions>;
  readonly #parameters: readonly Tensor[];

  constructor(scope: ParameterScope, options: TransformerStackOptions) {
    this.options = { dropout: 0, stack: 0, ...options };
    const { layers, width, feedForwardWidth } = options;
    const layerScope = scope.child('encoder').child('layers');
    const inLayers = Array.from({ length: layers }, (_, i) =>
      transformerLayerParameters(layerScope.child(String(i)), { width, feedForwardWidth }),
    );
    this.norm = new LayerNorm(scope.child('norm'), { width, epsilon: 1e-6 });
    this.#parameters = [...inLayers.flat(), this.norm.weight, this.norm.bias];
  }

  /**
   * From [T, D] to [T, D].
   *
   * @param sequences - how rows form sequences; rows see only rows of their own sequence.
   * @param sequenceIds - one id per sequence for dropout: what a sequence draws depends on its id, not on its batch.
   * Default: its place in the batch.
   * @throws SeqError `RANDOM_MISSING` in training with dropout and no `random`.
   */
  forward(x: Tensor, sequences: PackedSequences, options: PassOptions = {}, sequenceIds?: Uint32Array): Tensor {
    const { heads, activation, dropout, stack } = this.options;
    const ids = sequenceIds ?? Uint32Array.from({ length: sequences.offsets.length - 1 }, (_, i) => i);
    const stream = dropoutStream(dropout, dropoutSite(stack), ids, options);
    const { recompute } = options;
    return encoder(x, sequences, this.#parameters, { heads, activation, recompute, dropout: stream });
  }
}
