// Gradient descent with momentum.
import { callNative } from '../native.js';
import { type ParameterStore, storeHandleOf } from '../parameters/parameter-store.js';
import { groupsByIndex, nativeOptimiser } from './native-optimiser.js';
import type { LearningRateGroup, Optimiser, OptimiserState, StepOptions } from './optimiser.js';

/** Options of {@link Sgd}. */
export interface SgdOptions {
  /** How much of the last direction is kept, in [0, 1). Default 0.9. */
  readonly momentum?: number;
  /** Strength of the decay, at least 0, added to the gradient as decay p. Default 0. */
  readonly weightDecay?: number;
  /** Parameters with a learning rate of their own. Default: none. */
  readonly groups?: readonly LearningRateGroup[];
}

/**
 * Gradient descent with momentum: b = μ b + g + decay p, starting from b = 0, and p = p - rate b.
 *
 * Moments: `momentum`.
 *
 * @remarks The rule of PyTorch's SGD without dampening; there the default momentum is 0.
 * @see Sutskever, Martens, Dahl & Hinton 2013, "On the importance of initialization and momentum in deep learning"
 */
export class Sgd implements Optimiser {
  readonly #native: Optimiser;

  /**
   * @throws SeqError `TENSOR_VALUE` for an option outside its range or a parameter in two groups; `PARAMETER_NAME` for a
   * group with an unknown name.
   */
  constructor(store: ParameterStore, { momentum = 0.9, weightDecay = 0, groups = [] }: SgdOptions = {}) {
    const settings = { momentum, weightDecay, groups: groupsByIndex(store, groups) };
    const handle = callNative((addon) => new addon.SgdHandle(storeHandleOf(store), settings));
    this.#native = nativeOptimiser(handle, store.dtype);
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
