// Draws of NumPy's Generator that the reference makes: bounded integers and choices without replacement. Bit-exact.
import type { Pcg64 } from './pcg64.js';

const word = 2 ** 32;
const mask64 = (1n << 64n) - 1n;

/** Above this population, choosing more than a twentieth shuffles the population instead of trying numbers one by one. */
const mostTried = 10_000;

/**
 * An integer from 0 to `most`, included. Zero takes no random bits; up to 2^32 - 1 it takes words of 32 bits, beyond words
 * of 64.
 */
export function integerUpTo(most: number, generator: Pcg64): number {
  if (most === 0) return 0;
  if (most < word - 1) return integerBelow(most + 1, generator);
  if (most === word - 1) return generator.next32();
  return Number(bigIntegerBelow(BigInt(most) + 1n, generator));
}

/** Lemire's method on 32 bits; the product of a word and the bound is kept in two halves, since it exceeds 2^53. */
function integerBelow(bound: number, generator: Pcg64): number {
  const threshold = (word - bound) % bound;
  for (;;) {
    const draw = generator.next32();
    if (Math.imul(draw, bound) >>> 0 >= threshold) return highWord(draw, bound);
  }
}

/** Upper word of the product of two words. */
function highWord(a: number, b: number): number {
  const low = (a & 0xffff) * b;
  return Math.floor(((a >>> 16) * b + Math.floor(low / 65536)) / 65536);
}

function bigIntegerBelow(bound: bigint, generator: Pcg64): bigint {
  const threshold = (mask64 + 1n - bound) % bound;
  for (;;) {
    const product = generator.next64() * bound;
    if ((product & mask64) >= threshold) return product >> 64n;
  }
}

/**
 * `size` distinct integers below `population`, in the order in which NumPy's
 * `choice(population, size, replace=False, shuffle=False)` produces them.
 *
 * @param size - at most 10^7, which bounds the memory to 20 times as many words.
 */
export function chooseDistinct(population: number, size: number, generator: Pcg64): Float64Array {
  return population > mostTried && size > Math.floor(population / 20)
    ? byTailShuffle(population, size, generator)
    : byFloyd(population, size, generator);
}

function byTailShuffle(population: number, size: number, generator: Pcg64): Float64Array {
  const all = Uint32Array.from({ length: population }, (_, i) => i);
  for (let last = population - 1; last >= Math.max(population - size, 1); last--) {
    const other = integerUpTo(last, generator);
    const moved = all[last]!;
    all[last] = all[other]!;
    all[other] = moved;
  }
  return Float64Array.from(all.subarray(population - size));
}

function byFloyd(population: number, size: number, generator: Pcg64): Float64Array {
  const chosen = new Set<number>();
  for (let last = population - size; last < population; last++) {
    const value = integerUpTo(last, generator);
    chosen.add(chosen.has(value) ? last : value);
  }
  return Float64Array.from(chosen);
}
