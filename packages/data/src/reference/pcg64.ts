// NumPy's default generator, PCG64 (XSL-RR 128/64), seeded as `numpy.random.default_rng(seed)` does. Bit-exact.
import { dataError } from '../errors.js';
import { seedWords } from './seed-sequence.js';

/** 0x2360ED051FC65DA44385DF649FCCF645 in 32-bit limbs, low limb first. */
const multiplier = Uint32Array.of(0x9fcc_f645, 0x4385_df64, 0x1fc6_5da4, 0x2360_ed05);

/** A stream of random numbers equal to that of NumPy's `default_rng`. */
export class Pcg64 {
  /** 128-bit state and increment in 32-bit limbs, low limb first. */
  readonly #state: Uint32Array = new Uint32Array(4);
  readonly #increment: Uint32Array = new Uint32Array(4);
  #high = 0;
  #low = 0;
  #buffered: number | undefined;

  /**
   * @param seed - a whole number >= 0, as a number up to 2^53 - 1 or as a bigint of any size.
   * @throws SeqError `OPTION_INVALID`
   */
  constructor(seed: number | bigint) {
    const words = seedWords(requireSeed(seed), 8);
    // Words pair up low first into 64 bits; of these the first two are the start, high first, the others the sequence.
    const start = Uint32Array.of(words[2]!, words[3]!, words[0]!, words[1]!);
    const sequence = Uint32Array.of(words[6]!, words[7]!, words[4]!, words[5]!);
    for (let limb = 0; limb < 4; limb++) {
      this.#increment[limb] = (sequence[limb]! << 1) | (limb === 0 ? 1 : sequence[limb - 1]! >>> 31);
    }
    this.#step();
    addTo(this.#state, start);
    this.#step();
  }

  /** 64 random bits. */
  next64(): bigint {
    this.#draw();
    return (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  /** 32 random bits: the low half of 64 fresh ones, then their high half. */
  next32(): number {
    if (this.#buffered !== undefined) {
      const word = this.#buffered;
      this.#buffered = undefined;
      return word;
    }
    this.#draw();
    this.#buffered = this.#high;
    return this.#low;
  }

  /** A double in [0, 1) with 53 random bits. */
  nextDouble(): number {
    this.#draw();
    return (this.#high * 2 ** 21 + (this.#low >>> 11)) / 2 ** 53;
  }

  #draw(): void {
    this.#step();
    const state = this.#state;
    const turn = state[3]! >>> 26;
    const low = state[0]! ^ state[2]!;
    const high = state[1]! ^ state[3]!;
    // A right rotation of the 64 bits; by 32 and more, the halves change places first.
    const [near, far] = turn < 32 ? [low, high] : [high, low];
    const shift = turn & 31;
    this.#low = (shift === 0 ? near : (near >>> shift) | (far << (32 - shift))) >>> 0;
    this.#high = (shift === 0 ? far : (far >>> shift) | (near << (32 - shift))) >>> 0;
  }

  #step(): void {
    multiply(this.#state);
    addTo(this.#state, this.#increment);
  }
}

function requireSeed(seed: number | bigint): bigint {
  if (typeof seed === 'bigint' ? seed >= 0n : Number.isSafeInteger(seed) && seed >= 0) return BigInt(seed);
  throw dataError('OPTION_INVALID', `The seed must be a whole number >= 0; found ${seed}.`, {
    details: { seed: String(seed) },
  });
}

const word = 2 ** 32;

/** Adds 128 bits to 128 bits. */
function addTo(sum: Uint32Array, value: Uint32Array): void {
  let carry = 0;
  for (let limb = 0; limb < 4; limb++) {
    const total = sum[limb]! + value[limb]! + carry;
    sum[limb] = total;
    carry = total >= word ? 1 : 0;
  }
}

/** Multiplies 128 bits with the multiplier, modulo 2^128: columns of low and high halves of 32-bit products. */
function multiply(state: Uint32Array): void {
  const [a0, a1, a2, a3] = [state[0]!, state[1]!, state[2]!, state[3]!];
  const [b0, b1, b2, b3] = [multiplier[0]!, multiplier[1]!, multiplier[2]!, multiplier[3]!];
  state[0] = Math.imul(a0, b0);
  const column1 = highHalf(a0, b0) + lowHalf(a0, b1) + lowHalf(a1, b0);
  state[1] = column1;
  const column2 =
    highHalf(a0, b1) +
    highHalf(a1, b0) +
    lowHalf(a0, b2) +
    lowHalf(a1, b1) +
    lowHalf(a2, b0) +
    Math.floor(column1 / word);
  state[2] = column2;
  state[3] =
    highHalf(a0, b2) +
    highHalf(a1, b1) +
    highHalf(a2, b0) +
    Math.floor(column2 / word) +
    lowHalf(a0, b3) +
    lowHalf(a1, b2) +
    lowHalf(a2, b1) +
    lowHalf(a3, b0);
}

const lowHalf = (a: number, b: number): number => Math.imul(a, b) >>> 0;

function highHalf(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bLow) >>> 16);
  const inner = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) >>> 0) + (middle >>> 16) + (inner >>> 16);
}
