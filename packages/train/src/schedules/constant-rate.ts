// The schedule that changes nothing.

/**
 * The same learning rate for every update.
 *
 * @param learningRate - the rate, greater than 0.
 * @returns `learningRate`.
 */
export function constantRate(learningRate: number): number {
  return learningRate;
}
