// Linear warm-up, then half a cosine down to 0. A pure function of the update's number.
import { cosineDecay } from './cosine-decay.js';

/** Options of {@link warmupCosineRate}. */
export interface WarmupCosineRateOptions {
  /** Peak rate, reached at update `warmupUpdates`. */
  readonly learningRate: number;
  /** Updates W of the linear rise; 0 starts at the peak. */
  readonly warmupUpdates: number;
  /** Updates T of the whole run; the rate is 0 from update T on. */
  readonly totalUpdates: number;
}

/**
 * Learning rate of one update: `learningRate · update / W` up to update W, then half a cosine to 0 at update T.
 *
 * @param update - number of the update, the first one being 1.
 * @returns the rate in force during that update.
 * @remarks Unlike the PyTorch reference, update 1 runs at `learningRate / W` and the rate stays 0 after T; where T ≤ W it
 * is 0 after W. `referenceWarmupCosineRate` repeats the reference's numbers.
 */
export function warmupCosineRate(update: number, options: WarmupCosineRateOptions): number {
  const { learningRate, warmupUpdates, totalUpdates } = options;
  if (update <= warmupUpdates) return (learningRate * update) / warmupUpdates;
  if (update >= totalUpdates) return 0;
  return learningRate * cosineDecay((update - warmupUpdates) / (totalUpdates - warmupUpdates));
}
