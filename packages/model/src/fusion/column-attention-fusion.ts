// Slots attend to the categories of their sample, one key per metadata column. It knows only tensors.
import { tableName } from '@seq/categorical';
import { add, concat, gatherRows, type ParameterScope, slice, type Tensor } from '@seq/tensor';
import { dropoutSite, dropoutStream, type PassOptions, stackNumber } from '../forward-options.js';
import type { AttentionWeights } from '../layers/attention-weights-by-sequence.js';
import { LayerNorm } from '../layers/layer-norm.js';
import { Linear } from '../layers/linear.js';
import { MultiHeadAttention } from '../layers/multi-head-attention.js';
import type { FusionSizes } from './fusion-sizes.js';
import type { Slots } from './slots.js';

/**
 * T = LN(x + MHA(query x, keys and values k_1 … k_m)) with one key k_j = W_j c_j + b_j per metadata column j. Each slot
 * weighs the columns by itself, so that categories can change some ASVs of a sample more than others. The bias of a
 * column stands for the column itself, and alone for an unknown value.
 *
 * Parameters: `cross_attn_fusion.column_projections.<column>.…` and `cross_attn_fusion.{cross_attn,norm}.…`.
 *
 * @remarks The reference joins all columns into one key, for which every weight is 1; see {@link CrossAttentionFusion}.
 * With a single column both are the same but for the names of parameters.
 */
export class ColumnAttentionFusion {
  readonly #projections: readonly Linear[];
  readonly #widths: readonly number[];
  readonly #attention: MultiHeadAttention;
  readonly #norm: LayerNorm;
  readonly #dropout: number;

  /** @param scope - the scope of the predictor itself. */
  constructor(scope: ParameterScope, sizes: FusionSizes & { readonly heads: number }) {
    const own = scope.child('cross_attn_fusion');
    const { width, columns = [], heads, dropout = 0 } = sizes;
    const projections = own.child('column_projections');
    this.#widths = columns.map(({ embeddingWidth }) => embeddingWidth);
    this.#projections = columns.map(({ name, embeddingWidth: inputs }) => {
      return new Linear(projections.child(tableName(name)), { inputs, outputs: width, initialValues: 'xavier' });
    });
    this.#attention = new MultiHeadAttention(own.child('cross_attn'), { width, heads });
    this.#norm = new LayerNorm(own.child('norm'), { width });
    this.#dropout = dropout;
  }

  /** From slots [n, D] and samples [B, C] to [n, D]. */
  forward(x_nD: Tensor, c_BC: Tensor, { offsets, sampleIds }: Slots, options: PassOptions = {}): Tensor {
    const dropout = dropoutStream(this.#dropout, dropoutSite(stackNumber.crossAttention), sampleIds, options);
    const { key, keys } = this.#keys(c_BC);
    return this.#norm.forward(add(x_nD, this.#attention.forward(x_nD, { offsets }, key, keys, { dropout })));
  }

  /** The attention weights before dropout, for a look inside: per sample [H, slots, columns]. */
  attentionWeights(x_nD: Tensor, c_BC: Tensor, { offsets }: Pick<Slots, 'offsets'>): AttentionWeights {
    const { key, keys } = this.#keys(c_BC);
    return this.#attention.weights(x_nD, { offsets }, key, keys);
  }

  /** The keys of all samples, those of a sample behind each other in the order of the columns. */
  #keys(c_BC: Tensor): { readonly key: Tensor; readonly keys: { readonly offsets: Uint32Array } } {
    const sampleCount = c_BC.shape[0]!;
    const columnCount = this.#projections.length;
    let start = 0;
    const byColumn = this.#projections.map((projection, column) => {
      const end = start + this.#widths[column]!;
      const projected = projection.forward(slice(c_BC, 1, start, end));
      start = end;
      return projected;
    });
    const rows = Uint32Array.from({ length: columnCount * sampleCount }, (_, i) => {
      return (i % columnCount) * sampleCount + Math.floor(i / columnCount);
    });
    const offsets = Uint32Array.from({ length: sampleCount + 1 }, (_, i) => columnCount * i);
    return { key: gatherRows(concat(byColumn, 0), rows), keys: { offsets } };
  }
}
