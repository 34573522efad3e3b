// Slots attend to one vector that stands for the sample's categories: the reference's form (`compat`). It knows only tensors.
import { add, type ParameterScope, type Tensor } from '@seq/tensor';
import { dropoutSite, dropoutStream, type PassOptions, stackNumber } from '../forward-options.js';
import type { AttentionWeights } from '../layers/attention-weights-by-sequence.js';
import { LayerNorm } from '../layers/layer-norm.js';
import { Linear } from '../layers/linear.js';
import { MultiHeadAttention } from '../layers/multi-head-attention.js';
import type { FusionSizes } from './fusion-sizes.js';
import type { Slots } from './slots.js';

/**
 * T = LN(x + MHA(query x, key and value W c + b)). With one key per sample every attention weight is 1, so all slots of
 * a sample get the same update; query and key parts of the projection learn nothing.
 *
 * Parameters: `cross_attn_fusion.{cat_projection,cross_attn,norm}.…`.
 */
export class CrossAttentionFusion {
  readonly #projection: Linear;
  readonly #attention: MultiHeadAttention;
  readonly #norm: LayerNorm;
  readonly #dropout: number;

  /** @param scope - the scope of the predictor itself. */
  constructor(scope: ParameterScope, sizes: FusionSizes & { readonly heads: number }) {
    const own = scope.child('cross_attn_fusion');
    const { width, categoryWidth, heads, dropout = 0 } = sizes;
    const projection = { inputs: categoryWidth, outputs: width, initialValues: 'xavier' } as const;
    this.#projection = new Linear(own.child('cat_projection'), projection);
    this.#attention = new MultiHeadAttention(own.child('cross_attn'), { width, heads });
    this.#norm = new LayerNorm(own.child('norm'), { width });
    this.#dropout = dropout;
  }

  /** From slots [n, D] and samples [B, C] to [n, D]. */
  forward(x_nD: Tensor, c_BC: Tensor, { offsets, sampleIds }: Slots, options: PassOptions = {}): Tensor {
    const dropout = dropoutStream(this.#dropout, dropoutSite(stackNumber.crossAttention), sampleIds, options);
    const k_BD = this.#projection.forward(c_BC);
    const update_nD = this.#attention.forward(x_nD, { offsets }, k_BD, oneEach(offsets), { dropout });
    return this.#norm.forward(add(x_nD, update_nD));
  }

  /** The attention weights before dropout, for a look inside: per sample [H, slots, 1], all 1. */
  attentionWeights(x_nD: Tensor, c_BC: Tensor, { offsets }: Pick<Slots, 'offsets'>): AttentionWeights {
    return this.#attention.weights(x_nD, { offsets }, this.#projection.forward(c_BC), oneEach(offsets));
  }
}

/** One key per sample. */
function oneEach(offsets: Uint32Array): { readonly offsets: Uint32Array } {
  return { offsets: offsets.map((_, i) => i) };
}
