// How a parameter starts.

/**
 * Initial values: uniform in [low, high), normal, or the same everywhere. Every number is finite, `low` ≤ `high` and
 * `standardDeviation` ≥ 0.
 */
export type ParameterInit =
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly standardDeviation: number }
  | { readonly kind: 'constant'; readonly value: number };
