// Checks a seed. Knows not what is drawn.
import { unifracError } from '../errors.js';

/** The seed, if it is a whole number from 0 to 2^53 - 1. */
export function requireSeed(asked: string, seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw unifracError('OPTION_INVALID', `${asked}: seed is ${seed}; it must be a whole number in [0, 2^53 - 1].`);
}
