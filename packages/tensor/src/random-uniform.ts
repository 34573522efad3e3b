// Random numbers that TypeScript code draws, from the same streams as dropout.
import { requireInteger, requireSeed } from './argument-checks.js';
import { callNative } from './native.js';

/** Which random numbers: the same key always gives the same ones. */
export interface RandomKey {
  /** Seed of the run, an integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** What the numbers are for; two uses in one run need two sites. An integer from 0 to 2^32 - 1. */
  readonly site: number;
  /** Number of the update or epoch, so that each draws anew. An integer from 0 to 2^32 - 1. */
  readonly step: number;
}

/** Options of {@link randomUniform}. */
export interface RandomUniformOptions extends RandomKey {
  /** Sequence i owns positions `offsets[i]` to `offsets[i + 1]`; from 0, never falling. */
  readonly offsets: Uint32Array;
  /** One id per sequence. What a sequence draws depends on its id and the position in it, not on its neighbours. */
  readonly sequenceIds: Uint32Array;
}

/** Checks a key and leaves out everything else. */
export function requireKey(asked: string, { seed, site, step }: RandomKey): RandomKey {
  requireSeed(asked, seed);
  requireInteger(asked, 'site', site);
  requireInteger(asked, 'step', step);
  return { seed, site, step };
}

/**
 * Uniform random numbers in [0, 1), one for each position of packed sequences, with 53 random bits each.
 *
 * @returns `offsets.at(-1)` numbers.
 * @throws SeqError `TENSOR_VALUE` for a number out of range, or offsets and ids that do not fit.
 * @see Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", doi:10.1145/2063384.2063405
 */
export function randomUniform({ offsets, sequenceIds, ...key }: RandomUniformOptions): Float64Array {
  const checked = requireKey('randomUniform', key);
  return callNative((addon) => addon.randomUniform({ ...checked }, offsets, sequenceIds));
}
