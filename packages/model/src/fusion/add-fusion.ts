// Categories added to every slot. It knows only tensors.
import { add, gatherRows, type ParameterScope, type Tensor } from '@seq/tensor';
import { Linear } from '../layers/linear.js';
import type { FusionSizes } from './fusion-sizes.js';
import type { Slots } from './slots.js';

/**
 * T = x + (W c + b), with the vector c of the slot's sample.
 *
 * Parameters: `categorical_projection.weight` [D, C] and `.bias`.
 */
export class AddFusion {
  readonly #projection: Linear;

  /** @param scope - the scope of the predictor itself. */
  constructor(scope: ParameterScope, { width, categoryWidth }: FusionSizes) {
    const sizes = { inputs: categoryWidth, outputs: width, initialValues: 'xavier' } as const;
    this.#projection = new Linear(scope.child('categorical_projection'), sizes);
  }

  /** From slots [n, D] and samples [B, C] to [n, D]. */
  forward(x_nD: Tensor, c_BC: Tensor, { samples }: Slots): Tensor {
    return add(x_nD, gatherRows(this.#projection.forward(c_BC), samples));
  }
}
