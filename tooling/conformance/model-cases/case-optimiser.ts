// The optimiser that a vector describes.
import { Adam, AdamW, type LearningRateGroup, type Optimiser, type ParameterStore, Sgd } from '@seq/tensor';

/** Optimiser keys of the vectors. */
export interface VectorOptimiser {
  readonly optimizer: string;
  readonly weight_decay: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly momentum?: number;
  readonly categorical_lr_factor?: number;
}

const KNOWN = ['adamw', 'adam', 'sgd'];

/** Why an optimiser cannot be run, or undefined. */
export function unsupportedOptimiser(optimiser: VectorOptimiser | undefined): string | undefined {
  if (optimiser === undefined || KNOWN.includes(optimiser.optimizer)) return undefined;
  return `the optimiser "${optimiser.optimizer}" is not known`;
}

/** Builds it; what the vector leaves out has the reference's default. */
export function caseOptimiser(store: ParameterStore, optimiser: VectorOptimiser): Optimiser {
  const { weight_decay: weightDecay, betas = [0.9, 0.999], eps: epsilon = 1e-8, momentum = 0.9 } = optimiser;
  const groups = categoricalGroup(optimiser.categorical_lr_factor);
  if (optimiser.optimizer === 'sgd') return new Sgd(store, { momentum, weightDecay, groups });
  const Kind = optimiser.optimizer === 'adam' ? Adam : AdamW;
  return new Kind(store, { betas, epsilon, weightDecay, groups });
}

const CATEGORICAL = ['categorical_embedder', 'categorical_projection', 'gmu', 'output_scales', 'cross_attn_fusion'];

/** The reference's second group: parameters whose name has one of these parts learn faster. */
function categoricalGroup(learningRateFactor: number | undefined): LearningRateGroup[] {
  if (learningRateFactor === undefined) return [];
  const parameters = (name: string): boolean => CATEGORICAL.some((part) => `.${name}`.includes(`.${part}.`));
  return [{ parameters, learningRateFactor }];
}
