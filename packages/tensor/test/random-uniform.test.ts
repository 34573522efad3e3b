import { randomUniform } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';

const key = { seed: 3, site: 5, step: 7 };

describe('randomUniform', () => {
  it('gives every position a number in [0, 1) with the moments of the uniform distribution', () => {
    const draws = randomUniform({ ...key, offsets: Uint32Array.of(0, 20_000), sequenceIds: Uint32Array.of(1) });
    expect(draws).toHaveLength(20_000);
    expect(draws.every((u) => u >= 0 && u < 1)).toBe(true);
    const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
    const variance = draws.reduce((total, u) => total + (u - mean) ** 2, 0) / draws.length;
    expectClose([mean, variance], [0.5, 1 / 12], { absolute: 0.01 });
  });

  it('depends on the id and the position of a sequence, not on the batch', () => {
    const both = randomUniform({ ...key, offsets: Uint32Array.of(0, 3, 3, 8), sequenceIds: Uint32Array.of(9, 4, 2) });
    const alone = randomUniform({ ...key, offsets: Uint32Array.of(0, 5), sequenceIds: Uint32Array.of(2) });
    expect([...both.subarray(3)]).toEqual([...alone]);
    const longer = randomUniform({ ...key, offsets: Uint32Array.of(0, 9), sequenceIds: Uint32Array.of(2) });
    expect([...longer.subarray(0, 5)]).toEqual([...alone]);
  });

  it('draws anew for another seed, site, step or id', () => {
    const draw = (change: object) =>
      [...randomUniform({ ...key, offsets: Uint32Array.of(0, 2), sequenceIds: Uint32Array.of(2), ...change })].join();
    const changes = [
      {},
      { seed: 4 },
      { seed: 3 + 2 ** 32 },
      { site: 6 },
      { step: 8 },
      { sequenceIds: Uint32Array.of(3) },
    ];
    expect(new Set(changes.map(draw)).size).toBe(changes.length);
  });

  it('refuses numbers out of range and offsets that do not fit', () => {
    const sequences = { offsets: Uint32Array.of(0, 2), sequenceIds: Uint32Array.of(2) };
    const draw = (change: object) => () => randomUniform({ ...key, ...sequences, ...change });
    expect(draw({ seed: 0.5 })).toThrow(failure('TENSOR_VALUE', 'randomUniform: seed', '0.5'));
    expect(draw({ site: 2 ** 32 })).toThrow(failure('TENSOR_VALUE', 'randomUniform: site'));
    expect(draw({ offsets: Uint32Array.of(1, 2) })).toThrow(failure('TENSOR_VALUE', 'randomUniform: ', 'got 1'));
    expect(draw({ sequenceIds: new Uint32Array(0) })).toThrow(failure('TENSOR_VALUE', 'randomUniform: ', 'got 0'));
  });
});
