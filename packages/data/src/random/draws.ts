// A stream of random numbers that depends only on what it is for. Knows no tables and no samples.
import { hashText } from './hash-text.js';
import { philox } from './philox.js';

/** What a stream is for; two purposes never share numbers. The values are part of every reproducible result. */
const drawPurpose: Readonly<Record<DrawPurpose, number>> = {
  rarefaction: 0x3000_0000,
  asvChoice: 0x3000_0001,
  sampleOrder: 0x3000_0002,
  split: 0x3000_0003,
  blockOrder: 0x3000_0004,
  bufferOrder: 0x3000_0005,
  augmentation: 0x3000_0010,
};

/** Names of the purposes of a stream. */
export type DrawPurpose =
  | 'rarefaction'
  | 'asvChoice'
  | 'sampleOrder'
  | 'split'
  | 'blockOrder'
  | 'bufferOrder'
  | 'augmentation';

/** Everything a stream depends on. */
export interface DrawsKey {
  /** Whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** What the numbers are for. */
  readonly purpose: DrawPurpose;
  /** Whole number from 0 to 2^32 - 1. Default: 0. */
  readonly epoch?: number | undefined;
  /** Id of the thing drawn for, such as a sample id. Default: none, which is the empty text. */
  readonly id?: string | undefined;
}

const word = 2 ** 32;
/** Limits up to this one can be multiplied by a word without rounding. */
const exactLimit = 2 ** 21;

/**
 * Uniform random numbers of one {@link DrawsKey}, one after the other: the counter-based generator Philox 4x32-10, so that equal
 * keys give equal numbers on every machine and different ones independent numbers.
 *
 * @see Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", doi:10.1145/2063384.2063405
 */
export class Draws {
  readonly #words = new Uint32Array(4);
  readonly #key: Uint32Array = new Uint32Array(4);
  #block = 0;
  #used = 4;

  constructor({ seed, purpose, epoch = 0, id = '' }: DrawsKey) {
    const { low, high } = hashText(id);
    philox(this.#key, drawPurpose[purpose], epoch, low, high, seed % word, Math.floor(seed / word));
  }

  /** A whole number in [0, 2^32). */
  word(): number {
    if (this.#used === 4) {
      const key = this.#key;
      philox(this.#words, this.#block, Math.floor(this.#block / word), key[2]!, key[3]!, key[0]!, key[1]!);
      this.#block += 1;
      this.#used = 0;
    }
    return this.#words[this.#used++]!;
  }

  /** A number in [0, 1): a multiple of 2^-53, every one equally likely. */
  fraction(): number {
    return ((this.word() >>> 11) * word + this.word()) / 2 ** 53;
  }

  /** Whether something of the given probability happens, to within 2^-32: never for 0, always for 1. */
  chance(probability: number): boolean {
    return this.word() < probability * word;
  }

  /**
   * A whole number in [0, limit), every one equally likely.
   *
   * @param limit - whole number from 1 to 2^53.
   * @see Lemire 2019, "Fast Random Integer Generation in an Interval", doi:10.1145/3230636
   */
  below(limit: number): number {
    if (limit > exactLimit) return this.#belowLarge(limit);
    let draw = this.word();
    let rest = Math.imul(draw, limit) >>> 0;
    if (rest < limit) {
      const unfair = word % limit;
      while (rest < unfair) {
        draw = this.word();
        rest = Math.imul(draw, limit) >>> 0;
      }
    }
    return Math.floor((draw * limit) / word);
  }

  /** As {@link below}: takes 53 bits and draws again where they fall beyond the last whole multiple of the limit. */
  #belowLarge(limit: number): number {
    const range = 2 ** 53;
    const fair = range - (range % limit);
    for (;;) {
      const draw = (this.word() >>> 11) * word + this.word();
      if (draw < fair) return draw % limit;
    }
  }
}
