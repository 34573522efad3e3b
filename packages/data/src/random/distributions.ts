// Random numbers of other distributions than the uniform one. Knows nothing of what they are for.
import type { Draws } from './draws.js';

/** A number of the normal distribution with mean 0 and variance 1. */
function normal(draws: Draws): number {
  // Box & Muller 1958, doi:10.1214/aoms/1177706645; the first fraction is turned so that it is never 0.
  return Math.sqrt(-2 * Math.log(1 - draws.fraction())) * Math.cos(2 * Math.PI * draws.fraction());
}

/**
 * The logarithm of a number of the gamma distribution with the given shape and scale 1. A logarithm, because numbers of small
 * shapes lie below what a float64 holds.
 *
 * @param shape - above zero.
 * @see Marsaglia & Tsang 2000, "A simple method for generating gamma variables", doi:10.1145/358407.358414
 */
export function logGamma(shape: number, draws: Draws): number {
  // Below 1, one of shape + 1 times a fraction to the power of 1 / shape.
  if (shape < 1) return logGamma(shape + 1, draws) + Math.log(1 - draws.fraction()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(draws);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const accept = Math.log(1 - draws.fraction());
    if (accept < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}

/**
 * Shares that add up to 1, of the Dirichlet distribution.
 *
 * @param shapes - above zero; at least one.
 */
export function dirichlet(shapes: Float64Array, draws: Draws): Float64Array {
  const logs = shapes.map((shape) => logGamma(shape, draws));
  const largest = logs.reduce((a, b) => Math.max(a, b));
  const parts = logs.map((log) => Math.exp(log - largest));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / sum);
}

/** A number in [0, 1] of the beta distribution with both shapes equal. */
export function symmetricBeta(shape: number, draws: Draws): number {
  return dirichlet(Float64Array.of(shape, shape), draws)[0]!;
}

/**
 * How often each of several outcomes comes in a number of independent trials.
 *
 * @param weights - chances of the outcomes up to a common factor; at least 0, one above 0.
 */
export function multinomial(weights: Float64Array, trials: number, draws: Draws): Float64Array {
  const ends = new Float64Array(weights.length);
  let total = 0;
  weights.forEach((weight, i) => {
    total += weight;
    ends[i] = total;
  });
  const isWhole = weights.every(Number.isSafeInteger) && Number.isSafeInteger(total);
  const times = new Float64Array(weights.length);
  for (let trial = 0; trial < trials; trial++) {
    // Whole weights are drawn without any rounding.
    const place = isWhole ? draws.below(total) : draws.fraction() * total;
    times[firstAbove(ends, place)]! += 1;
  }
  return times;
}

/** Index of the first end above a place; of the last outcome with a weight, should rounding lift the place to the total. */
function firstAbove(ends: Float64Array, place: number): number {
  const sought = Math.min(place, ends[ends.length - 1]! * (1 - Number.EPSILON));
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! > sought) high = middle;
    else low = middle + 1;
  }
  return low;
}
