// Cosine cycles that start again from the peak, each longer by a factor. A pure function of the update's number.
import { cosineDecay } from './cosine-decay.js';

/** Options of {@link cosineRestartsRate}. */
export interface CosineRestartsRateOptions {
  /** Rate at the start of every cycle. */
  readonly learningRate: number;
  /** Updates of the first cycle, at least 1. */
  readonly firstCycleUpdates: number;
  /** Length of a cycle relative to the one before it, an integer of at least 1. Default 2. */
  readonly cycleFactor?: number;
  /** The rate that a cycle approaches. Default 0. */
  readonly minimumRate?: number;
}

/**
 * Learning rate of one update: half a cosine per cycle, back to `learningRate` at the start of the next one.
 *
 * @param update - number of the update, the first one being 1.
 * @see Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", arXiv:1608.03983
 */
export function cosineRestartsRate(update: number, options: CosineRestartsRateOptions): number {
  const { learningRate, firstCycleUpdates, cycleFactor = 2, minimumRate = 0 } = options;
  const { position, length } = placeInCycle(update - 1, firstCycleUpdates, cycleFactor);
  return minimumRate + (learningRate - minimumRate) * cosineDecay(position / length);
}

function placeInCycle(steps: number, first: number, factor: number): { position: number; length: number } {
  if (factor === 1) return { position: steps % first, length: first };
  let position = steps;
  let length = first;
  while (position >= length) {
    position -= length;
    length *= factor;
  }
  return { position, length };
}
