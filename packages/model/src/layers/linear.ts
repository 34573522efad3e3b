// A linear layer. It knows only tensors.
import { linear, type ParameterScope, type Tensor } from '@seq/tensor';
import { constantValues, defaultLinearValues, xavierValues } from './initial-values.js';

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Width of the input's last axis. */
  readonly inputs: number;
  /** Width of the output's last axis. */
  readonly outputs: number;
  /** Whether a bias is added. Default true. */
  readonly bias?: boolean;
  /** `default`: both uniform in ±1/sqrt(inputs); `xavier`: Xavier-uniform weight, constant bias. Default `default`. */
  readonly initialValues?: 'default' | 'xavier';
  /** Initial bias with `xavier`. Default 0. */
  readonly initialBias?: number;
}

/**
 * y = x Wᵀ + b over the last axis.
 *
 * Parameters: `weight` [outputs, inputs] and `bias` [outputs].
 */
export class Linear {
  /** W, [outputs, inputs]. */
  readonly weight: Tensor;
  /** b, [outputs], if there is one. */
  readonly bias: Tensor | undefined;

  constructor(scope: ParameterScope, options: LinearOptions) {
    const { inputs, outputs, bias = true, initialValues = 'default', initialBias = 0 } = options;
    const isXavier = initialValues === 'xavier';
    const weight = isXavier ? xavierValues(inputs, outputs) : defaultLinearValues(inputs);
    this.weight = scope.parameter('weight', [outputs, inputs], weight);
    if (bias) {
      this.bias = scope.parameter(
        'bias',
        [outputs],
        isXavier ? constantValues(initialBias) : defaultLinearValues(inputs),
      );
    }
  }

  /** From [..., inputs] to [..., outputs]. */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}
