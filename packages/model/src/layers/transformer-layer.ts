// One transformer layer as a module, without a closing norm. It knows only tensors.
import type { PackedSequences, ParameterScope, Tensor } from '@seq/tensor';
import { layerDropouts, type PassOptions } from '../forward-options.js';
import { layerForward, type NormPlacement } from './layer-forward.js';
import { type TransformerLayerParameters, transformerLayerParameters } from './transformer-layer-parameters.js';

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
  /** Where the norms stand. Default `pre`. */
  readonly normPlacement?: NormPlacement;
  /** Dropout probability in training, at the same four places as in a stack. Default 0. */
  readonly dropout?: number;
  /** Number of the stack that the layer belongs to, for random streams. Default 0. */
  readonly stack?: number;
  /** Number of the layer in it. Default 0. */
  readonly layer?: number;
}

/**
 * `pre`: x + MHA(LN(x)), then x + W2 act(W1 LN(x)). `post`: LN(x + MHA(x)), then LN(x + W2 act(W1 x)). For a whole
 * stack {@link TransformerStack} is faster.
 *
 * Parameters: `self_attn.…`, `linear1.…`, `linear2.…`, `norm1.…`, `norm2.…`.
 */
export class TransformerLayer {
  /** What it was built with, defaults filled in. */
  readonly options: Required<TransformerLayerOptions>;
  readonly #parameters: TransformerLayerParameters;

  constructor(scope: ParameterScope, options: TransformerLayerOptions) {
    this.options = { normPlacement: 'pre', dropout: 0, stack: 0, layer: 0, ...options };
    this.#parameters = transformerLayerParameters(scope, options);
  }

  /**
   * From [T, D] to [T, D].
   *
   * @param sequenceIds - one id per sequence for dropout.
   * @throws SeqError `RANDOM_MISSING` in training with dropout and no `random`.
   */
  forward(x: Tensor, sequences: PackedSequences, options: PassOptions, sequenceIds: Uint32Array): Tensor {
    const { dropout, stack, layer } = this.options;
    const dropouts = layerDropouts(dropout, { stack, layer }, sequenceIds, options);
    return layerForward(x, sequences, this.#parameters, this.options, dropouts);
  }
}
