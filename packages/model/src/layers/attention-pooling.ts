// From the vectors of a sequence to one vector. It knows only tensors.
import { attentionPooling, type PackedSequences, type ParameterScope, type Tensor, tidy } from '@seq/tensor';
import { LayerNorm } from './layer-norm.js';
import { Linear } from './linear.js';

/** Options of {@link AttentionPooling}. */
export interface AttentionPoolingOptions {
  /** Embedding width D. */
  readonly width: number;
}

/**
 * LayerNorm(Σ w_j x_j) with w = softmax_j(q·x_j / sqrt(D)) over the visible rows of a sequence, divided by (Σ w + 1e-8).
 *
 * Parameters: `query.weight` [1, D], `norm.weight` and `norm.bias` [D].
 */
export class AttentionPooling {
  /** The query q as a linear map from D to 1 without bias. */
  readonly query: Linear;
  /** Applied to the weighted mean. */
  readonly norm: LayerNorm;

  constructor(scope: ParameterScope, { width }: AttentionPoolingOptions) {
    this.query = new Linear(scope.child('query'), { inputs: width, outputs: 1, bias: false });
    this.norm = new LayerNorm(scope.child('norm'), { width });
  }

  /**
   * From [T, D] to one row per sequence, [sequences, D].
   *
   * @remarks Without a `keyMask` the weights are a plain softmax, without the 1e-8; the reference's model always masks.
   */
  forward(x: Tensor, sequences: PackedSequences): Tensor {
    return attentionPooling(x, sequences, this.query.weight, this.norm.weight, this.norm.bias);
  }

  /**
   * The weights w of {@link AttentionPooling.forward}, for a look inside: one array per sequence, each summing to 1 (with
   * a mask by 1e-8 less). No gradient flows through them.
   */
  weights(x: Tensor, { offsets, keyMask }: PackedSequences): readonly Float64Array[] {
    const scores = tidy(() => this.query.forward(x).toTypedArray());
    const scale = 1 / Math.sqrt(this.query.weight.shape[1]!);
    return Array.from({ length: offsets.length - 1 }, (_, i) => {
      const [start, end] = [offsets[i]!, offsets[i + 1]!];
      const visible = keyMask?.subarray(start, end);
      return softmaxOfVisible(
        Float64Array.from(scores.subarray(start, end), (score) => score * scale),
        visible,
      );
    });
  }
}

/** Softmax over the visible entries, then as the pooling divides it; without a visible one all weigh the same. */
function softmaxOfVisible(scores: Float64Array, visible: Uint8Array | undefined): Float64Array {
  const isHidden = (i: number): boolean => visible !== undefined && visible[i] === 0;
  const largest = scores.reduce((max, score, i) => (isHidden(i) ? max : Math.max(max, score)), -Infinity);
  if (largest === -Infinity) return scores.map(() => 1 / scores.length);
  const weights = scores.map((score, i) => (isHidden(i) ? 0 : Math.exp(score - largest)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum / (visible === undefined ? 1 : 1 + 1e-8));
}
