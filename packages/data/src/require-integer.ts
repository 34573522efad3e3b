// Checks options that are whole numbers. Knows only their names and bounds.
import { dataError } from './errors.js';

/** Bounds of a whole number, both included. */
export interface IntegerBounds {
  readonly minimum: number;
  /** Default: 2^53 - 1, the largest whole number that is exact. */
  readonly maximum?: number;
}

/**
 * Refuses an option that is not a whole number within its bounds.
 *
 * @throws SeqError `OPTION_INVALID`
 */
export function requireInteger(
  asked: string,
  name: string,
  value: number,
  { minimum, maximum = Number.MAX_SAFE_INTEGER }: IntegerBounds,
): void {
  if (Number.isSafeInteger(value) && value >= minimum && value <= maximum) return;
  throw dataError(
    'OPTION_INVALID',
    `${asked}: ${name} is ${String(value)}. Give a whole number from ${minimum} to ${maximum}.`,
    { details: { option: name, value } },
  );
}

/** Refuses a seed that is not a whole number from 0 to 2^53 - 1. */
export function requireSeed(asked: string, seed: number): void {
  requireInteger(asked, 'seed', seed, { minimum: 0 });
}
