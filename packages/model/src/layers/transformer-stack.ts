// A transformer over packed sequences; with norms before the parts it runs as one fused operation. It knows only tensors.
import { encoder, noGrad, type PackedSequences, type ParameterScope, SeqError, type Tensor, tidy } from '@seq/tensor';
import type { ModelErrorCode } from '../errors.js';
import { dropoutSite, dropoutStream, layerDropouts, type PassOptions } from '../forward-options.js';
import type { AttentionWeights } from './attention-weights-by-sequence.js';
import { layerAttentionWeights, layerForward, type NormPlacement } from './layer-forward.js';
import { LayerNorm } from './layer-norm.js';
import {
  inFusedOrder,
  type TransformerLayerParameters,
  transformerLayerParameters,
} from './transformer-layer-parameters.js';

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
  /** Where the norms of the layers stand. Default `pre`. */
  readonly normPlacement?: NormPlacement;
  /** Dropout probability in training: attention weights, attention output, activation and layer output. Default 0. */
  readonly dropout?: number;
  /** Number of this stack in the random streams; stacks of one model need different ones. Default 0. */
  readonly stack?: number;
}

/**
 * `pre`: layers of x + MHA(LN(x)), x + W2 act(W1 LN(x)), then a closing norm (epsilon 1e-6; 1e-5 inside). `post`: layers
 * of LN(x + MHA(x)), LN(x + W2 act(W1 x)), without a closing norm, since each layer ends with one. Rows that the mask
 * hides are no keys, but have outputs.
 *
 * Parameters: `encoder.layers.<i>.{self_attn.…, linear1.…, linear2.…, norm1.…, norm2.…}` and with `pre` `norm.…`. Layers
 * start from different weights; the reference's start as copies of each other.
 *
 * @remarks `post` runs as single operations: it is slower, always keeps what backward needs, and refuses `bf16` as
 * `precision`, since single operations do not round their factors.
 * @see Vaswani et al. 2017, arXiv:1706.03762 (post); Xiong et al. 2020, arXiv:2002.04745 (pre)
 */
export class TransformerStack {
  /** The closing norm, if there is one. */
  readonly norm: LayerNorm | undefined;
  /** What it was built with, defaults filled in. */
  readonly options: Required<TransformerStackOptions>;
  readonly #layers: readonly TransformerLayerParameters[];
  readonly #fused: readonly Tensor[];

  constructor(scope: ParameterScope, options: TransformerStackOptions) {
    this.options = { normPlacement: 'pre', dropout: 0, stack: 0, ...options };
    const layerScope = scope.child('encoder').child('layers');
    this.#layers = Array.from({ length: options.layers }, (_, i) =>
      transformerLayerParameters(layerScope.child(String(i)), options),
    );
    if (this.options.normPlacement === 'pre') {
      this.norm = new LayerNorm(scope.child('norm'), { width: options.width, epsilon: 1e-6 });
    }
    const closing = this.norm === undefined ? [] : [this.norm.weight, this.norm.bias];
    this.#fused = [...this.#layers.flatMap(inFusedOrder), ...closing];
  }

  /**
   * From [T, D] to [T, D].
   *
   * @param sequences - how rows form sequences; rows see only rows of their own sequence.
   * @param sequenceIds - one id per sequence for dropout: what a sequence draws depends on its id, not on its batch.
   * Default: its place in the batch.
   * @throws SeqError `RANDOM_MISSING` in training with dropout and no `random`; `CONFIG_INVALID` for `post` with the
   * precision `bf16`.
   */
  forward(x: Tensor, sequences: PackedSequences, options: PassOptions = {}, sequenceIds?: Uint32Array): Tensor {
    const { heads, activation, dropout, stack, normPlacement } = this.options;
    const ids = sequenceIds ?? places(sequences);
    if (normPlacement === 'post') {
      refuseRounding(options);
      return this.#layers.reduce((y, _, layer) => this.#layer(y, sequences, layer, options, ids), x);
    }
    const stream = dropoutStream(dropout, dropoutSite(stack), ids, options);
    const { recompute, precision } = options;
    return encoder(x, sequences, this.#fused, { heads, activation, recompute, precision, dropout: stream });
  }

  /**
   * The attention weights of every layer for the same arguments as {@link TransformerStack.forward}, before dropout acts
   * on them: per layer and sequence [H, rows, rows]. No gradient flows through them.
   */
  attentionWeights(
    x: Tensor,
    sequences: PackedSequences,
    options: PassOptions = {},
    sequenceIds?: Uint32Array,
  ): readonly AttentionWeights[] {
    const ids = sequenceIds ?? places(sequences);
    return tidy(() =>
      noGrad(() => {
        let y = x;
        return this.#layers.map((parameters, layer) => {
          const weights = layerAttentionWeights(y, sequences, parameters, this.options);
          if (layer + 1 < this.#layers.length) y = this.#layer(y, sequences, layer, options, ids);
          return weights;
        });
      }),
    );
  }

  #layer(x: Tensor, sequences: PackedSequences, layer: number, options: PassOptions, ids: Uint32Array): Tensor {
    const { dropout, stack } = this.options;
    const dropouts = layerDropouts(dropout, { stack, layer }, ids, options);
    return layerForward(x, sequences, this.#layers[layer]!, this.options, dropouts);
  }
}

function refuseRounding({ precision = 'f32' }: PassOptions): void {
  if (precision === 'f32') return;
  throw new SeqError<ModelErrorCode>(
    'CONFIG_INVALID',
    `transformer stack: precision ${precision} was asked of a stack with norms behind its parts, which computes in f32 only. ` +
      "Leave precision out, or build the model with normPlacement 'pre'.",
  );
}

function places({ offsets }: PackedSequences): Uint32Array {
  return Uint32Array.from({ length: offsets.length - 1 }, (_, i) => i);
}
