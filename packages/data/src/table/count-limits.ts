// Finds the smallest and the largest count of a table.
import type { FeatureTable } from './feature-table.js';

/** Limits between which counts are scaled; plain data. */
export interface CountLimits {
  /** Smallest count. */
  readonly minimum: number;
  /** Largest count. */
  readonly maximum: number;
}

/**
 * Smallest and largest stored count, zeros left out: the limits by which the reference scales counts. Take them of the
 * training samples, after rarefaction, and keep them with the model. A table without reads has the limits 0 and 0.
 */
export function countLimits({ counts }: FeatureTable): CountLimits {
  if (counts.length === 0) return { minimum: 0, maximum: 0 };
  let [minimum, maximum] = [counts[0]!, counts[0]!];
  for (const count of counts) {
    if (count < minimum) minimum = count;
    if (count > maximum) maximum = count;
  }
  return { minimum, maximum };
}
