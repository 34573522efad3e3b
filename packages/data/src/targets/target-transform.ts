// What a transform of targets is: its kind and the statistics it was fitted to, as plain data. Computes nothing.

/** Names of the transforms that need the values alone; `log-` ones take ln(value + 1) first. */
export const targetTransformKinds = ['none', 'minmax', 'zscore', 'log-minmax', 'log-zscore', 'rank-gauss'] as const;

/** One of {@link targetTransformKinds}. */
export type TargetTransformKind = (typeof targetTransformKinds)[number];

/** Leaves targets as they are. */
export interface NoTransform {
  /** Which transform it is. */
  readonly kind: 'none';
}

/** Maps the range of the training values to [0, 1]. */
export interface MinmaxTransform {
  /** Which transform it is. */
  readonly kind: 'minmax' | 'log-minmax';
  /** Smallest training value, or logarithm. */
  readonly minimum: number;
  /** Largest training value, or logarithm. */
  readonly maximum: number;
}

/** Maps the training values to mean 0 and standard deviation 1. */
export interface ZscoreTransform {
  /** Which transform it is. */
  readonly kind: 'zscore' | 'log-zscore';
  /** Mean of the training values, or of their logarithms. */
  readonly mean: number;
  /** Population standard deviation of the training values, or of their logarithms. */
  readonly standardDeviation: number;
}

/** Maps the ranks of the training values to quantiles of the normal distribution. */
export interface RankGaussTransform {
  /** Which transform it is. */
  readonly kind: 'rank-gauss';
  /** Distinct training values, ascending; 1,001 of them at most. */
  readonly values: readonly number[];
  /** Normal score of each of them, ascending. */
  readonly scores: readonly number[];
}

/** What is known of one category; see {@link CategoryZscoreTransform}. */
export interface CategoryStatistics {
  /** Its name. */
  readonly category: string;
  /** Training values of it. */
  readonly count: number;
  /** Mean of its values, drawn towards the mean of all. */
  readonly mean: number;
  /** Standard deviation of its values, its square drawn towards that of all. */
  readonly standardDeviation: number;
}

/** Maps the training values of every category to about mean 0 and standard deviation 1. */
export interface CategoryZscoreTransform {
  /** Which transform it is. */
  readonly kind: 'zscore-category';
  /** Mean of all training values; for values without a known category. */
  readonly mean: number;
  /** Population standard deviation of all training values; for values without a known category. */
  readonly standardDeviation: number;
  /** How many values' worth of all training values every category is mixed with. */
  readonly shrinkage: number;
  /** Every category, sorted by name. */
  readonly categories: readonly CategoryStatistics[];
}

/** A transform with the statistics it was fitted to; plain data that survives JSON. */
export type TargetTransform =
  | NoTransform
  | MinmaxTransform
  | ZscoreTransform
  | RankGaussTransform
  | CategoryZscoreTransform;

/** Category of each value; null or undefined where it has none. */
export type CategoryLabels = readonly (string | null | undefined)[];
