// One rise and one fall over the whole run. Pure functions of the update's number.
import { cosineDecay } from './cosine-decay.js';

/** Options of {@link oneCycleRate} and {@link oneCycleMomentum}. */
export interface OneCycleOptions {
  /** Updates T of the whole run, at least 2. */
  readonly totalUpdates: number;
  /** Fraction of the updates that rise. Default 0.3. */
  readonly riseFraction?: number;
}

/** Options of {@link oneCycleRate}. */
export interface OneCycleRateOptions extends OneCycleOptions {
  /** Peak rate. */
  readonly learningRate: number;
  /** Peak rate over the first rate. Default 25. */
  readonly initialDivisor?: number;
  /** First rate over the last rate. Default 10,000. */
  readonly finalDivisor?: number;
}

/** Options of {@link oneCycleMomentum}. */
export interface OneCycleMomentumOptions extends OneCycleOptions {
  /** Momentum while the rate is at its peak. Default 0.85. */
  readonly lowMomentum?: number;
  /** Momentum at both ends. Default 0.95. */
  readonly highMomentum?: number;
}

/**
 * Learning rate of one update: a cosine up from `learningRate / initialDivisor`, then a cosine down to that over
 * `finalDivisor`, reached at update T and held after it.
 *
 * @param update - number of the update, the first one being 1.
 * @see Smith & Topin 2018, "Super-convergence", arXiv:1708.07120; defaults as in PyTorch's `OneCycleLR`
 */
export function oneCycleRate(update: number, options: OneCycleRateOptions): number {
  const { learningRate, initialDivisor = 25, finalDivisor = 1e4 } = options;
  const first = learningRate / initialDivisor;
  return between(place(update, options), first, learningRate, first / finalDivisor);
}

/**
 * Momentum (or the first beta of Adam) of one update: it moves against the rate, from high to low and back.
 *
 * @param update - number of the update, the first one being 1.
 */
export function oneCycleMomentum(update: number, options: OneCycleMomentumOptions): number {
  const { lowMomentum = 0.85, highMomentum = 0.95 } = options;
  return between(place(update, options), highMomentum, lowMomentum, highMomentum);
}

/** Progress in 0..1 of the rise, and in 0..1 of the fall. */
interface CyclePlace {
  readonly rise: number;
  readonly fall: number;
}

function place(update: number, { totalUpdates, riseFraction = 0.3 }: OneCycleOptions): CyclePlace {
  const last = totalUpdates - 1;
  const step = Math.min(update - 1, last);
  const peak = riseFraction * totalUpdates - 1;
  if (step <= peak) return { rise: peak > 0 ? step / peak : 1, fall: 0 };
  return { rise: 1, fall: last > peak ? (step - peak) / (last - peak) : 1 };
}

function between({ rise, fall }: CyclePlace, first: number, peak: number, last: number): number {
  if (fall === 0) return peak + (first - peak) * cosineDecay(rise);
  return last + (peak - last) * cosineDecay(fall);
}
