// Adam with weight decay in the gradient, and the options it shares with AdamW.
import { callNative } from '../native.js';
import { type ParameterStore, storeHandleOf } from '../parameters/parameter-store.js';
import { groupsByIndex, nativeOptimiser } from './native-optimiser.js';
import type { LearningRateGroup, Optimiser, OptimiserState, StepOptions } from './optimiser.js';

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions {
  /** Decay rates of the two moments, each in [0, 1). Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment, at least 0. Default 1e-8. */
  readonly epsilon?: number;
  /** Strength of the decay, at least 0; every parameter that is updated decays. Default 0.01 for AdamW, 0 for Adam. */
  readonly weightDecay?: number;
  /** Parameters with a learning rate of their own. Default: none. */
  readonly groups?: readonly LearningRateGroup[];
}

/**
 * Adam: with gradient g, to which decay p is added, and step count t of the parameter,
 * m = β1 m + (1 - β1) g, v = β2 v + (1 - β2) g²,
 * p = p - rate (m / (1 - β1^t)) / (sqrt(v / (1 - β2^t)) + ε).
 *
 * Moments: `first_moment` and `second_moment`.
 *
 * @remarks The rule and the defaults of PyTorch's Adam.
 * @see Kingma & Ba 2015, arXiv:1412.6980
 */
export class Adam implements Optimiser {
  readonly #native: Optimiser;

  /**
   * @throws SeqError `TENSOR_VALUE` for an option outside its range or a parameter in two groups; `PARAMETER_NAME` for a
   * group with an unknown name.
   */
  constructor(store: ParameterStore, options: AdamOptions = {}) {
    this.#native = adamOptimiser(store, options, { isDecoupled: false, weightDecay: 0 });
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

/** The two forms differ in how weight decay enters and in its default. */
export function adamOptimiser(
  store: ParameterStore,
  options: AdamOptions,
  form: { readonly isDecoupled: boolean; readonly weightDecay: number },
): Optimiser {
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = form.weightDecay, groups = [] } = options;
  const { isDecoupled } = form;
  const [beta1, beta2] = betas;
  const settings = { beta1, beta2, epsilon, weightDecay, isDecoupled, groups: groupsByIndex(store, groups) };
  const handle = callNative((addon) => new addon.AdamHandle(storeHandleOf(store), settings));
  return nativeOptimiser(handle, store.dtype);
}
