// Learned latent vectors read slots and categories and replace the target's transformer and pooling: the reference's
// form. It knows only tensors.
import { add, concat, gatherRows, mean, type ParameterScope, reshape, type Tensor } from '@seq/tensor';
import { dropoutSite, dropoutStream, type PassOptions, stackNumber } from '../forward-options.js';
import type { AttentionWeights } from '../layers/attention-weights-by-sequence.js';
import { normalValues } from '../layers/initial-values.js';
import { LayerNorm } from '../layers/layer-norm.js';
import { Linear } from '../layers/linear.js';
import { MultiHeadAttention } from '../layers/multi-head-attention.js';
import { TransformerLayer } from '../layers/transformer-layer.js';
import type { FusionSizes } from './fusion-sizes.js';
import type { Slots } from './slots.js';

/** Options of {@link PerceiverFusion}. */
export interface PerceiverFusionOptions extends FusionSizes {
  /** Attention heads, a divisor of D. */
  readonly heads: number;
  /** Number of latent vectors. */
  readonly latents: number;
  /** Self-attention layers over them. */
  readonly layers: number;
}

/** Options of {@link PerceiverFusion.forward}. */
export interface PerceiverForwardOptions extends PassOptions {
  /** Slots per sample after padding, for the reference's numbers. Default: no padding. */
  readonly paddedSlots?: number | undefined;
}

/**
 * Latents Z read the inputs I = [Ws x + bs of every slot ; Wc c + bc]: Z = LN(Z + MHA(Z, I)); then pre-norm ReLU layers
 * over the latents, their mean, and a linear layer.
 *
 * Parameters: `perceiver_fusion.{latents,seq_projection,cat_projection,cross_attn,cross_norm,self_attn_layers.<i>,
 * output_projection}`.
 *
 * @remarks The reference reads padding slots, too (as bs), so its numbers depend on how far a batch is padded; pass
 * `paddedSlots` to repeat them.
 */
export class PerceiverFusion {
  /** What it was built with. */
  readonly options: PerceiverFusionOptions;
  readonly #attention: MultiHeadAttention;
  readonly #latents: Tensor;
  readonly #slotProjection: Linear;
  readonly #categoryProjection: Linear;
  readonly #crossNorm: LayerNorm;
  readonly #layers: readonly TransformerLayer[];
  readonly #output: Linear;

  /** @param scope - the scope of the predictor itself. */
  constructor(scope: ParameterScope, options: PerceiverFusionOptions) {
    const { width, categoryWidth, heads, latents, layers, dropout = 0 } = options;
    this.options = options;
    const own = scope.child('perceiver_fusion');
    const sizes = { inputs: width, outputs: width, initialValues: 'xavier' } as const;
    this.#latents = own.parameter('latents', [latents, width], normalValues(0.02));
    this.#slotProjection = new Linear(own.child('seq_projection'), sizes);
    this.#categoryProjection = new Linear(own.child('cat_projection'), { ...sizes, inputs: categoryWidth });
    this.#attention = new MultiHeadAttention(own.child('cross_attn'), { width, heads });
    this.#crossNorm = new LayerNorm(own.child('cross_norm'), { width });
    const inLayer = { width, heads, feedForwardWidth: 4 * width, activation: 'relu', dropout } as const;
    this.#layers = Array.from({ length: layers }, (_, i) => {
      // Layer 0 of the stack's random streams belongs to the cross-attention.
      const place = { stack: stackNumber.perceiver, layer: i + 1 };
      return new TransformerLayer(own.child('self_attn_layers').child(String(i)), { ...inLayer, ...place });
    });
    this.#output = new Linear(own.child('output_projection'), sizes);
  }

  /**
   * From slots [n, D] and samples [B, C] to pooled vectors [B, D].
   *
   * @throws SeqError `RANDOM_MISSING` in training with dropout and no `random`.
   */
  forward(x_nD: Tensor, c_BC: Tensor, slots: Slots, options: PerceiverForwardOptions = {}): Tensor {
    const { width, latents, dropout: probability = 0 } = this.options;
    const dropout = dropoutStream(probability, dropoutSite(stackNumber.perceiver), slots.sampleIds, options);
    const sampleCount = slots.offsets.length - 1;
    const { query, queries, key, keys } = this.#inputs(x_nD, c_BC, slots, options.paddedSlots ?? 0);
    let z = this.#crossNorm.forward(add(query, this.#attention.forward(query, queries, key, keys, { dropout })));
    for (const layer of this.#layers) z = layer.forward(z, queries, options, slots.sampleIds);
    return this.#output.forward(mean(reshape(z, [sampleCount, latents, width]), { axes: [1] }));
  }

  /** The weights with which latents read, for a look inside: per sample [H, latents, inputs]. */
  attentionWeights(x_nD: Tensor, c_BC: Tensor, slots: Pick<Slots, 'offsets'>, paddedSlots = 0): AttentionWeights {
    const { query, queries, key, keys } = this.#inputs(x_nD, c_BC, slots, paddedSlots);
    return this.#attention.weights(query, queries, key, keys);
  }

  /** What the cross-attention works on: the latents of every sample, and what they read. */
  #inputs(x_nD: Tensor, c_BC: Tensor, { offsets }: Pick<Slots, 'offsets'>, paddedSlots: number): CrossAttentionInputs {
    const sampleCount = offsets.length - 1;
    const { rows, keyOffsets } = inputRows(offsets, paddedSlots);
    const bias_1D = reshape(this.#slotProjection.bias!, [1, this.options.width]);
    const sources = [this.#slotProjection.forward(x_nD), bias_1D, this.#categoryProjection.forward(c_BC)];
    const { latents } = this.options;
    const latentRows = Uint32Array.from({ length: sampleCount * latents }, (_, i) => i % latents);
    return {
      query: gatherRows(this.#latents, latentRows),
      queries: { offsets: offsets.map((_, i) => latents * i) },
      key: gatherRows(concat(sources, 0), rows),
      keys: { offsets: keyOffsets },
    };
  }
}

/** Queries and keys of the cross-attention as packed sequences, one per sample. */
interface CrossAttentionInputs {
  readonly query: Tensor;
  readonly queries: { readonly offsets: Uint32Array };
  readonly key: Tensor;
  readonly keys: { readonly offsets: Uint32Array };
}

/**
 * The order in which the samples' inputs are read out of [slots ; one padding row ; categories]: the slots of a sample,
 * padding up to `paddedSlots`, its categories.
 */
function inputRows(offsets: Uint32Array, paddedSlots: number): { rows: Uint32Array; keyOffsets: Uint32Array } {
  const slotCount = offsets.at(-1) ?? 0;
  const rows: number[] = [];
  const keyOffsets = [0];
  for (let sample = 0; sample + 1 < offsets.length; sample++) {
    const [start, end] = [offsets[sample]!, offsets[sample + 1]!];
    for (let slot = start; slot < end; slot++) rows.push(slot);
    for (let i = end - start; i < paddedSlots; i++) rows.push(slotCount);
    rows.push(slotCount + 1 + sample);
    keyOffsets.push(rows.length);
  }
  return { rows: Uint32Array.from(rows), keyOffsets: Uint32Array.from(keyOffsets) };
}
