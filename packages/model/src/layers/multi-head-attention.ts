// Multi-head attention between packed sequences. It knows only tensors.
import {
  attention,
  type DropoutStream,
  linear,
  noGrad,
  type PackedSequences,
  type ParameterScope,
  slice,
  type Tensor,
  tidy,
} from '@seq/tensor';
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
 * Parameters: those of `in_proj_weight` [3D, D], `in_proj_bias`, `out_proj.weight` [D, D], `out_proj.bias`.
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
   * The attention weights themselves, for a look inside: per sequence an array [H, queries, keys]. Slow and without
   * gradient.
   */
  weights(query: Tensor, queries: PackedSequences, key: Tensor, keys: PackedSequences): readonly Float64Array[] {
    const { width } = this.options;
    const [inWeight, inBias] = this.#parameters;
    const project = (x: Tensor, part: number): Float64Array =>
      tidy(() =>
        noGrad(() => {
          const [start, end] = [part * width, (part + 1) * width];
          const projected = linear(x, slice(inWeight, 0, start, end), slice(inBias, 0, start, end));
          return Float64Array.from(projected.toTypedArray());
        }),
      );
    const q = project(query, 0);
    const k = project(key, 1);
    return Array.from({ length: queries.offsets.length - 1 }, (_, i) => this.#weightsOf(i, q, queries, k, keys));
  }

  #weightsOf(
    i: number,
    q: Float64Array,
    queries: PackedSequences,
    k: Float64Array,
    keys: PackedSequences,
  ): Float64Array {
    const { width, heads } = this.options;
    const [qStart, qCount] = [queries.offsets[i]!, queries.offsets[i + 1]! - queries.offsets[i]!];
    const [kStart, kCount] = [keys.offsets[i]!, keys.offsets[i + 1]! - keys.offsets[i]!];
    const headWidth = width / heads;
    const weights = new Float64Array(heads * qCount * kCount);
    for (let row = 0; row < heads * qCount; row++) {
      const from = (qStart + (row % qCount)) * width + Math.floor(row / qCount) * headWidth;
      const scores = Array.from({ length: kCount }, (_, j) => {
        if (keys.keyMask?.[kStart + j] === 0) return Number.NEGATIVE_INFINITY;
        const to = (kStart + j) * width + Math.floor(row / qCount) * headWidth;
        let sum = 0;
        for (let d = 0; d < headWidth; d++) sum += q[from + d]! * k[to + d]!;
        return sum / Math.sqrt(headWidth);
      });
      const top = Math.max(...scores);
      const exponentials = scores.map((score) => Math.exp(score - top));
      const total = exponentials.reduce((a, b) => a + b, 0);
      weights.set(
        exponentials.map((value) => value / total),
        row * kCount,
      );
    }
    return weights;
  }
}
