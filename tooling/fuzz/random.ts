// Repeatable random numbers for fuzz targets: the same seed, target and input number give the same input anywhere.
import { createHash } from 'node:crypto';

/** A source of random values with the draws that hostile inputs need. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param key - any text; equal texts give equal draws. */
  constructor(key: string) {
    const digest = createHash('sha256').update(key).digest();
    [this.#a, this.#b, this.#c] = [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8)];
  }

  /** 32 random bits as an integer >= 0 (the generator sfc32). */
  bits(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.bits() / 2 ** 32;
  }

  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** Whether something of the given probability happens. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of the given values. */
  pick<Value>(values: readonly Value[]): Value {
    if (values.length === 0) throw new Error('Random.pick: there is nothing to pick from.');
    return values[this.integer(0, values.length - 1)]!;
  }

  /** A list of random length between `least` and `most`. */
  list<Value>(least: number, most: number, make: () => Value): Value[] {
    return Array.from({ length: this.integer(least, most) }, make);
  }

  /** Numbers that break careless code: zeros, signs, limits, fractions, not-a-number. */
  oddNumber(): number {
    const odd = [
      0,
      -0,
      1,
      -1,
      0.5,
      2 ** 31,
      -(2 ** 31),
      2 ** 32,
      2 ** 53,
      1e308,
      5e-324,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ];
    return this.chance(0.5) ? this.pick(odd) : (this.fraction() - 0.5) * 10 ** this.integer(-3, 9);
  }

  /** Text of random length from the given characters. */
  text(most: number, characters: string): string {
    return this.list(0, most, () => this.pick([...characters])).join('');
  }

  /** A damaged copy: a few bytes flipped, cut out, repeated or appended, or the end cut off. */
  damaged(bytes: Uint8Array): Uint8Array {
    let result = Uint8Array.from(bytes);
    for (let i = this.integer(1, 4); i > 0; i--) {
      const at = this.integer(0, Math.max(0, result.length - 1));
      const length = this.integer(1, Math.max(1, Math.min(16, result.length - at)));
      const [head, piece, tail] = [
        result.subarray(0, at),
        result.subarray(at, at + length),
        result.subarray(at + length),
      ];
      const noise = Uint8Array.from({ length }, () => this.integer(0, 255));
      const parts = this.pick([[head, noise, tail], [head, tail], [head, piece, piece, tail], [head], [result, noise]]);
      result = Uint8Array.from(Buffer.concat(parts));
    }
    return result;
  }
}
