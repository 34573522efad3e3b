// Categories joined to every slot, then projected back to the model's width. It knows only tensors.
import { concat, gatherRows, type ParameterScope, type Tensor } from '@seq/tensor';
import { Linear } from '../layers/linear.js';
import type { FusionSizes } from './fusion-sizes.js';
import type { Slots } from './slots.js';

/**
 * T = W [x ; c] + b, with the vector c of its sample beside every slot x.
 *
 * Parameters: `categorical_projection.weight` [D, D + C] and `.bias`.
 */
export class ConcatFusion {
  readonly #projection: Linear;

  /** @param scope - the scope of the predictor itself. */
  constructor(scope: ParameterScope, { width, categoryWidth }: FusionSizes) {
    const sizes = { inputs: width + categoryWidth, outputs: width, initialValues: 'xavier' } as const;
    this.#projection = new Linear(scope.child('categorical_projection'), sizes);
  }

  /** From slots [n, D] and samples [B, C] to [n, D]. */
  forward(x_nD: Tensor, c_BC: Tensor, { samples }: Slots): Tensor {
    return this.#projection.forward(concat([x_nD, gatherRows(c_BC, samples)], 1));
  }
}
