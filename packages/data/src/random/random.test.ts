import { describe, expect, it } from 'vitest';
import { Draws, type DrawsKey } from './draws.js';
import { hashText } from './hash-text.js';
import { philox } from './philox.js';
import { shuffledIndices } from './shuffled.js';

const words = (counter: readonly number[], key: readonly number[]): string[] => {
  const out = new Uint32Array(4);
  philox(out, counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!);
  return Array.from(out, (word) => word.toString(16).padStart(8, '0'));
};
const ones = 0xffffffff;

describe('philox', () => {
  it('gives the vectors published with Random123', () => {
    expect(words([0, 0, 0, 0], [0, 0])).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
    expect(words([ones, ones, ones, ones], [ones, ones])).toEqual(['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd']);
    expect(words([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      'd16cfe09',
      '94fdcceb',
      '5001e420',
      '24126ea1',
    ]);
  });
});

describe('hashText', () => {
  it('gives the published values of FNV-1a with 64 bits', () => {
    const hex = (text: string): string => {
      const { high, low } = hashText(text);
      return ((BigInt(high) << 32n) | BigInt(low)).toString(16);
    };
    expect(['', 'a', 'foobar'].map(hex)).toEqual(['cbf29ce484222325', 'af63dc4c8601ec8c', '85944171f73967e8']);
  });

  it('depends on every letter, also outside ASCII', () => {
    const seen = ['s1', 's2', '1s', 'sé', 'sè', 's', 's '].map((text) => Object.values(hashText(text)).join());
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('Draws', () => {
  const key: DrawsKey = { seed: 7, purpose: 'rarefaction', epoch: 3, id: 'sample' };
  const first = (changed: Partial<DrawsKey> = {}): string => {
    const draws = new Draws({ ...key, ...changed });
    return Array.from({ length: 9 }, () => draws.word()).join();
  };

  it('depends on seed, purpose, epoch and id, and on nothing else', () => {
    expect(first()).toBe(first());
    const changed = [{ seed: 8 }, { seed: 7 + 2 ** 32 }, { purpose: 'split' as const }, { epoch: 4 }, { id: 'other' }];
    expect(new Set([first(), ...changed.map(first)]).size).toBe(changed.length + 1);
  });

  it.each([1, 2, 3, 10, 1000, 2 ** 21, 2 ** 21 + 1, 3 * 2 ** 40])(
    'draws every part of the numbers below %d equally often',
    (limit) => {
      const draws = new Draws(key);
      const parts = Math.min(limit, 10);
      const times = new Array<number>(parts).fill(0);
      const drawn = 50_000;
      for (let i = 0; i < drawn; i++) {
        const draw = draws.below(limit);
        if (!(Number.isInteger(draw) && draw >= 0 && draw < limit)) expect.fail(`drew ${draw}`);
        times[Math.floor((draw / limit) * parts)]! += 1;
      }
      const expected = drawn / parts;
      const chiSquare = times.reduce((sum, found) => sum + (found - expected) ** 2 / expected, 0);
      // 99.99 % quantile of chi-square with 9 degrees of freedom.
      expect(chiSquare).toBeLessThan(33.72);
    },
  );

  it('draws fractions evenly in [0, 1), from both of their words', () => {
    const draws = new Draws(key);
    const times = new Array<number>(10).fill(0);
    const fine = new Array<number>(10).fill(0);
    for (let i = 0; i < 50_000; i++) {
      const draw = draws.fraction();
      if (!(draw >= 0 && draw < 1)) expect.fail(`drew ${draw}`);
      times[Math.floor(10 * draw)]! += 1;
      fine[Math.floor(10 * ((draw * 2 ** 21) % 1))]! += 1;
    }
    for (const found of [times, fine]) {
      expect(found.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0)).toBeLessThan(33.72);
    }
  });

  it.each([0, 0.02, 0.5, 0.97, 1])('lets something of probability %d happen as often', (probability) => {
    const draws = new Draws(key);
    let happened = 0;
    for (let i = 0; i < 20_000; i++) if (draws.chance(probability)) happened += 1;
    const spread = Math.sqrt(20_000 * probability * (1 - probability));
    expect(Math.abs(happened - 20_000 * probability)).toBeLessThanOrEqual(4 * spread);
  });

  it('has no bias where a plain remainder of 53 bits would favour the lower third', () => {
    const draws = new Draws(key);
    const limit = 3 * 2 ** 51;
    let lower = 0;
    for (let i = 0; i < 30_000; i++) if (draws.below(limit) < limit / 3) lower += 1;
    expect(Math.abs(lower / 30_000 - 1 / 3)).toBeLessThan(0.012);
  });
});

describe('shuffledIndices', () => {
  it('gives every order of three equally often', () => {
    const draws = new Draws({ seed: 1, purpose: 'split' });
    const times = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = shuffledIndices(3, draws).join('');
      times.set(order, (times.get(order) ?? 0) + 1);
    }
    expect(times.size).toBe(6);
    for (const found of times.values()) expect(Math.abs(found - 2000)).toBeLessThan(200);
  });

  it('has no elements for zero and one for one', () => {
    const draws = new Draws({ seed: 1, purpose: 'split' });
    expect([...shuffledIndices(0, draws)]).toEqual([]);
    expect([...shuffledIndices(1, draws)]).toEqual([0]);
  });
});
