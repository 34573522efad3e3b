// Checks chosen pairs of samples. Knows no metric.
import { unifracError } from '../errors.js';

/** Refuses pairs that do not fit a table of this many samples. */
export function requirePairs(asked: string, pairs: Uint32Array, sampleCount: number): void {
  if (pairs.length % 2 !== 0) {
    throw unifracError('PAIRS_INVALID', `${asked}: ${pairs.length} sample numbers are no whole number of pairs.`);
  }
  const wrong = pairs.findIndex((sample) => sample >= sampleCount);
  if (wrong < 0) return;
  const message = `${asked}: pair ${Math.floor(wrong / 2)} has sample ${pairs[wrong]}; the table has ${sampleCount}, from 0.`;
  throw unifracError('PAIRS_INVALID', message, { details: { pair: Math.floor(wrong / 2), sample: pairs[wrong] } });
}
