// The optimiser of a run from its settings.
import { Adam, AdamW, type LearningRateGroup, type Optimiser, type ParameterStore, Sgd } from '@seq/tensor';

/** Adam with decoupled weight decay, or with the decay in the gradient. */
export interface AdamSettings {
  /** Decoupled or not. */
  readonly kind: 'adamw' | 'adam';
  /** Decay rates of the two moments. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number] | undefined;
  /** Added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number | undefined;
  /** Weight decay of every parameter. Default 0.01. */
  readonly weightDecay?: number | undefined;
}

/** Gradient descent with momentum. */
export interface SgdSettings {
  /** Gradient descent. */
  readonly kind: 'sgd';
  /** Share of the last direction that is kept. Default 0.9. */
  readonly momentum?: number | undefined;
  /** Weight decay of every parameter. Default 0.01. */
  readonly weightDecay?: number | undefined;
}

/** Rule that updates parameters, as plain data. */
export type OptimiserSettings = AdamSettings | SgdSettings;

const WEIGHT_DECAY = 0.01;

/** Makes the optimiser over the parameters of a store; those of the groups learn at a multiple of the rate. */
export function makeOptimiser(
  store: ParameterStore,
  settings: OptimiserSettings,
  groups: readonly LearningRateGroup[] = [],
): Optimiser {
  const weightDecay = settings.weightDecay ?? WEIGHT_DECAY;
  if (settings.kind === 'sgd') return new Sgd(store, { weightDecay, momentum: settings.momentum ?? 0.9, groups });
  const { betas = [0.9, 0.999], epsilon = 1e-8 } = settings;
  const options = { weightDecay, betas, epsilon, groups };
  return settings.kind === 'adam' ? new Adam(store, options) : new AdamW(store, options);
}
