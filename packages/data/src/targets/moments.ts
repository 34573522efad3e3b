// Mean, spread and limits of numbers.

/** A smaller standard deviation counts as none. */
const leastDeviation = 1e-8;

/** Mean and population standard deviation, in two passes; at least one value. */
export function moments(values: Float64Array): { readonly mean: number; readonly standardDeviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, standardDeviation: Math.sqrt(variance) };
}

/** Smallest and largest value; adding zero turns -0, which JSON cannot hold, into 0. */
export function limits(values: Float64Array): { readonly minimum: number; readonly maximum: number } {
  return { minimum: values.reduce((a, b) => Math.min(a, b)) + 0, maximum: values.reduce((a, b) => Math.max(a, b)) + 0 };
}

/** What to divide by: the standard deviation, or 1 where there is none. */
export function divisorOf(standardDeviation: number): number {
  return standardDeviation < leastDeviation ? 1 : standardDeviation;
}
