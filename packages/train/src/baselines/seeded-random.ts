// A small seeded generator for one sequential consumer. Results that must not depend on order use counter-based draws.

/** A stream of uniform draws. */
export interface SeededRandom {
  /** A double in [0, 1) with 32 random bits. */
  uniform(): number;
  /** An integer in [0, limit); `limit` up to 2^32. */
  below(limit: number): number;
}

/**
 * The stream of a seed and a number within it; different numbers give unrelated streams.
 *
 * @param seed - integer from 0 to 2^53 - 1.
 * @param stream - integer from 0 to 2^32 - 1.
 * @see sfc32 of Chris Doty-Humphrey's PractRand, a 128-bit chaotic generator with a counter
 */
export function seededRandom(seed: number, stream: number): SeededRandom {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = stream >>> 0;
  let counter = 1;
  const next = (): number => {
    const word = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    return word >>> 0;
  };
  for (let i = 0; i < 15; i++) next();
  const uniform = (): number => next() / 2 ** 32;
  return { uniform, below: (limit) => Math.floor(uniform() * limit) };
}
