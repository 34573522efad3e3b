// How a parameter starts.

/** Initial values evenly spread over [low, high). */
export interface UniformInit {
  /** Which distribution. */
  readonly kind: 'uniform';
  /** Lower end, finite. */
  readonly low: number;
  /** Upper end, finite and not below `low`. */
  readonly high: number;
}

/** Normally distributed initial values. */
export interface NormalInit {
  /** Which distribution. */
  readonly kind: 'normal';
  /** Mean, finite. */
  readonly mean: number;
  /** Standard deviation, finite and at least 0. */
  readonly standardDeviation: number;
  /** How many rows at the top (indices of the first axis) start at zero instead. Default 0. */
  readonly zeroRows?: number;
}

/** The same initial value everywhere. */
export interface ConstantInit {
  /** Which distribution. */
  readonly kind: 'constant';
  /** The value, finite. */
  readonly value: number;
}

/** How a parameter starts. */
export type ParameterInit = UniformInit | NormalInit | ConstantInit;
