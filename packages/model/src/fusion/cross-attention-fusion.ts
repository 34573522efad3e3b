// Slots attend to one vector that stands for the sample's categories: the reference's form. It knows only tensors.
import { add, type ParameterScope, type Tensor } from '@seq/tensor';
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
 *
 * @remarks The reference drops attention weights with probability 0.1 in training; this module has no dropout.
 */
export class CrossAttentionFusion {
  readonly #projection: Linear;
  readonly #attention: MultiHeadAttention;
  readonly #norm: LayerNorm;

  /** @param scope - the scope of the predictor itself. */
  constructor(scope: ParameterScope, { width, categoryWidth, heads }: FusionSizes & { readonly heads: number }) {
    const own = scope.child('cross_attn_fusion');
    const sizes = { inputs: categoryWidth, outputs: width, initialValues: 'xavier' } as const;
    this.#projection = new Linear(own.child('cat_projection'), sizes);
    this.#attention = new MultiHeadAttention(own.child('cross_attn'), { width, heads });
    this.#norm = new LayerNorm(own.child('norm'), { width });
  }

  /** From slots [n, D] and samples [B, C] to [n, D]. */
  forward(x_nD: Tensor, c_BC: Tensor, { offsets }: Slots): Tensor {
    const update_nD = this.#attention.forward(x_nD, { offsets }, this.#projection.forward(c_BC), oneEach(offsets));
    return this.#norm.forward(add(x_nD, update_nD));
  }

  /** The attention weights, for a look inside: per sample [H, slots, 1], all 1. */
  attentionWeights(x_nD: Tensor, c_BC: Tensor, { offsets }: Slots): readonly Float64Array[] {
    return this.#attention.weights(x_nD, { offsets }, this.#projection.forward(c_BC), oneEach(offsets));
  }
}

/** One key per sample. */
function oneEach(offsets: Uint32Array): { readonly offsets: Uint32Array } {
  return { offsets: offsets.map((_, i) => i) };
}
