// Categories let into the pooled vector of a sample through a gate (gated multimodal unit). It knows only tensors.
import { add, concat, mul, type ParameterScope, sigmoid, type Tensor, tanh } from '@seq/tensor';
import { Linear } from '../layers/linear.js';
import type { FusionSizes } from './fusion-sizes.js';

/**
 * p + z ⊙ tanh(Wc c + bc) with the gate z = σ(Wg [p ; c] + bg).
 *
 * Parameters: `gmu.cat_transform.…` [D, C] and `gmu.gate.…` [D, D + C].
 *
 * @see Arevalo et al. 2017, arXiv:1702.01992
 */
export class GatedFusion {
  readonly #transform: Linear;
  readonly #gate: Linear;

  /** @param scope - the scope of the predictor itself. */
  constructor(scope: ParameterScope, { width, categoryWidth }: FusionSizes) {
    const own = scope.child('gmu');
    const sizes = { outputs: width, initialValues: 'xavier' } as const;
    this.#transform = new Linear(own.child('cat_transform'), { ...sizes, inputs: categoryWidth });
    this.#gate = new Linear(own.child('gate'), { ...sizes, inputs: width + categoryWidth });
  }

  /** From pooled vectors [B, D] and categories [B, C] to [B, D]; `gate` is what {@link GatedFusion.gate} gives for them. */
  forward(p_BD: Tensor, c_BC: Tensor, gate_BD: Tensor = this.gate(p_BD, c_BC)): Tensor {
    return add(p_BD, mul(gate_BD, tanh(this.#transform.forward(c_BC))));
  }

  /** The gate z alone, [B, D], each in (0, 1). */
  gate(p_BD: Tensor, c_BC: Tensor): Tensor {
    return sigmoid(this.#gate.forward(concat([p_BD, c_BC], 1)));
  }
}
