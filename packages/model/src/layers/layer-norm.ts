// Layer normalisation. It knows only tensors.
import { layerNorm, type ParameterScope, type Tensor } from '@seq/tensor';
import { constantValues } from './initial-values.js';

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** Width of the last axis. */
  readonly width: number;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis, with the biased variance.
 *
 * Parameters: `weight` [width], ones, and `bias` [width], zeros.
 */
export class LayerNorm {
  /** [width]. */
  readonly weight: Tensor;
  /** [width]. */
  readonly bias: Tensor;
  readonly #epsilon: number;

  constructor(scope: ParameterScope, { width, epsilon = 1e-5 }: LayerNormOptions) {
    this.weight = scope.parameter('weight', [width], constantValues(1));
    this.bias = scope.parameter('bias', [width], constantValues(0));
    this.#epsilon = epsilon;
  }

  /** Keeps the shape. */
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.weight, this.bias, { epsilon: this.#epsilon });
  }
}
