// What all optimisers share: steps, groups, and a state for checkpoints. It knows no update rule.
import type { FloatData } from '../dtype.js';

/** Options of {@link Optimiser.step}. */
export interface StepOptions {
  /** Learning rate of this step, finite and at least 0. */
  readonly learningRate: number;
}

/** Parameters that learn at a multiple of the learning rate given to each step. */
export interface LearningRateGroup {
  /** Names, or a function that is true for the names that are meant. No parameter may be in two groups. */
  readonly parameters: readonly string[] | ((name: string) => boolean);
  /** The multiple, finite and at least 0. */
  readonly learningRateFactor: number;
}

/** What an optimiser remembers of one parameter. */
export interface ParameterMemory {
  /** Full name of the parameter. */
  readonly name: string;
  /** How many steps changed it. */
  readonly steps: number;
  /** Running moments by name, each as long as the parameter and in the store's dtype. */
  readonly moments: Readonly<Record<string, FloatData>>;
}

/** What an optimiser remembers, for checkpoints: one entry per parameter that was ever updated. */
export type OptimiserState = readonly ParameterMemory[];

/**
 * Changes the parameters of a store by their gradients. A step touches the trainable parameters that got a gradient
 * since the last `clearGradients`, and no others: the rest keeps values, moments and step count and does not decay.
 */
export interface Optimiser {
  /**
   * Updates the parameters. Gradients stay until `clearGradients`.
   *
   * @throws SeqError `TENSOR_VALUE` for the learning rate.
   */
  step(options: StepOptions): void;

  /** A copy of everything it remembers. Loaded into a new optimiser, steps go on bit-equal. */
  state(): OptimiserState;

  /**
   * Replaces everything it remembers; parameters that the state does not name start anew.
   *
   * @throws SeqError `PARAMETER_NAME`, `TENSOR_SHAPE` or `TENSOR_VALUE` if the state does not fit the parameters or the
   * kind of optimiser; nothing has changed then.
   */
  load(state: OptimiserState): void;
}
