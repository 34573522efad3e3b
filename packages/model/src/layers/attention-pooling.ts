// From the vectors of a sequence to one vector. It knows only tensors.
import { attentionPooling, type PackedSequences, type ParameterScope, type Tensor } from '@seq/tensor';
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
}
