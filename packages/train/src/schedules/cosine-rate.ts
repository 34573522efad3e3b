// Half a cosine from the peak to a floor, held there. A pure function of the update's number.
import { cosineDecay } from './cosine-decay.js';

/** Options of {@link cosineRate}. */
export interface CosineRateOptions {
  /** Rate of the first update. */
  readonly learningRate: number;
  /** Updates T until the floor is reached. */
  readonly totalUpdates: number;
  /** The floor. Default 0. */
  readonly minimumRate?: number;
}

/**
 * Learning rate of one update: half a cosine over `update - 1` from `learningRate` to `minimumRate`, reached after T
 * updates and held from there on.
 *
 * @param update - number of the update, the first one being 1.
 * @remarks The PyTorch reference climbs again after T and takes one extra step per epoch; see `referenceCosineRate`.
 */
export function cosineRate(update: number, options: CosineRateOptions): number {
  const { learningRate, totalUpdates, minimumRate = 0 } = options;
  const progress = Math.min((update - 1) / totalUpdates, 1);
  return minimumRate + (learningRate - minimumRate) * cosineDecay(progress);
}
