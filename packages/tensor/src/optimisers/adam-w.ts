// Adam with decoupled weight decay.
import type { ParameterStore } from '../parameters/parameter-store.js';
import { type AdamOptions, adamOptimiser } from './adam.js';
import type { Optimiser, OptimiserState, StepOptions } from './optimiser.js';

/**
 * AdamW: p = p (1 - rate decay), and then the step of `Adam` without decay in the gradient.
 *
 * Moments: `first_moment` and `second_moment`.
 *
 * @remarks The rule and the defaults of PyTorch's AdamW.
 * @see Loshchilov & Hutter 2019, arXiv:1711.05101
 */
export class AdamW implements Optimiser {
  readonly #native: Optimiser;

  /**
   * @throws SeqError `TENSOR_VALUE` for an option outside its range or a parameter in two groups; `PARAMETER_NAME` for a
   * group with an unknown name.
   */
  constructor(store: ParameterStore, options: AdamOptions = {}) {
    this.#native = adamOptimiser(store, options, { isDecoupled: true, weightDecay: 0.01 });
  }

  /** See {@link Optimiser.step}. */
  step(options: StepOptions): void {
    this.#native.step(options);
  }

  /** See {@link Optimiser.state}. */
  state(): OptimiserState {
    return this.#native.state();
  }

  /** See {@link Optimiser.load}. */
  load(state: OptimiserState): void {
    this.#native.load(state);
  }
}
