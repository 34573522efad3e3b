// NumPy's legacy generator, MT19937, seeded with one number, and its permutation. Bit-exact.
import { requireInteger } from '../require-integer.js';

const length = 624;
const distance = 397;
const twist = 0x9908_b0df;

/**
 * A stream equal to that of NumPy's `RandomState(seed)`.
 *
 * @see Matsumoto & Nishimura 1998, "Mersenne Twister", doi:10.1145/272991.272995
 */
export class MersenneTwister {
  readonly #state: Uint32Array = new Uint32Array(length);
  #next = length;

  /** @param seed - a whole number from 0 to 2^32 - 1. */
  constructor(seed: number) {
    requireInteger('MersenneTwister', 'seed', seed, { minimum: 0, maximum: 2 ** 32 - 1 });
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < length; i++) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(1_812_433_253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** 32 random bits. */
  next32(): number {
    if (this.#next === length) this.#refill();
    let word = this.#state[this.#next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c_5680;
    word ^= (word << 15) & 0xefc6_0000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < length; i++) {
      const joined = (state[i]! & 0x8000_0000) | (state[(i + 1) % length]! & 0x7fff_ffff);
      state[i] = state[(i + distance) % length]! ^ (joined >>> 1) ^ ((joined & 1) === 0 ? 0 : twist);
    }
    this.#next = 0;
  }
}

/** The numbers 0 to `count` - 1 in the order of NumPy's `RandomState.permutation(count)`. */
export function permutation(count: number, generator: MersenneTwister): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const mask = 2 ** (32 - Math.clz32(last)) - 1;
    let other = generator.next32() & mask;
    while (other >>> 0 > last) other = generator.next32() & mask;
    const moved = order[last]!;
    order[last] = order[other >>> 0]!;
    order[other >>> 0] = moved;
  }
  return order;
}
