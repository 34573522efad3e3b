import { describe, expect, it } from 'vitest';
import { drawMaskedPositions, hideTokens, MASK_TOKEN } from './nucleotide-masking.js';

const READS = 400;
const LENGTH = 101;

/** Reads of a start token, then bases with an unknown one at position 50. */
function manyReads() {
  const tokens = Int32Array.from({ length: READS * LENGTH }, (_, i) => {
    const position = i % LENGTH;
    return position === 0 ? 5 : position === 50 ? 0 : 1 + ((i * 7) % 4);
  });
  return {
    asvTokens: tokens,
    asvOffsets: Uint32Array.from({ length: READS + 1 }, (_, i) => LENGTH * i),
    asvIds: Uint32Array.from({ length: READS }, (_, i) => 1_000 + i),
  };
}

const total = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0);
const options = { fraction: 0.15, seed: 4, step: 2 };

describe('drawMaskedPositions', () => {
  it.each(['random', 'span'] as const)('%s hides bases only', (strategy) => {
    const asvs = manyReads();
    const masked = drawMaskedPositions(asvs, { ...options, strategy });
    expect(total(masked)).toBeGreaterThan(0);
    expect(asvs.asvTokens.some((token, i) => masked[i] === 1 && !(token >= 1 && token <= 4))).toBe(false);
  });

  it('random hides each base with the given probability', () => {
    const asvs = manyReads();
    const bases = READS * (LENGTH - 2);
    for (const fraction of [0.05, 0.15, 0.6]) {
      const masked = drawMaskedPositions(asvs, { ...options, strategy: 'random', fraction });
      const deviation = Math.sqrt(fraction * (1 - fraction) * bases);
      expect(Math.abs(total(masked) - fraction * bases)).toBeLessThanOrEqual(4 * deviation);
    }
  });

  it('random hides neighbours independently and positions evenly', () => {
    const masked = drawMaskedPositions(manyReads(), { ...options, strategy: 'random', fraction: 0.3 });
    let pairs = 0;
    const perPosition = new Float64Array(LENGTH);
    for (let i = 0; i + 1 < masked.length; i++) {
      pairs += masked[i]! * masked[i + 1]!;
      perPosition[i % LENGTH]! += masked[i]!;
    }
    const possible = READS * (LENGTH - 4);
    expect(Math.abs(pairs / possible - 0.09)).toBeLessThanOrEqual(0.01);
    const deviation = Math.sqrt(0.3 * 0.7 * READS);
    for (const [position, count] of perPosition.entries()) {
      if (position === 0 || position === 50) expect(count).toBe(0);
      else expect(Math.abs(count - 0.3 * READS)).toBeLessThanOrEqual(5 * deviation);
    }
  });

  it('span hides the asked share of every read, in runs', () => {
    const asvs = manyReads();
    const masked = drawMaskedPositions(asvs, { ...options, strategy: 'span' });
    let runs = 0;
    for (let read = 0; read < READS; read++) {
      const own = masked.subarray(LENGTH * read, LENGTH * (read + 1));
      expect(total(own)).toBe(Math.floor(0.15 * (LENGTH - 2)));
      runs += own.reduce((sum, value, i) => sum + Number(value === 1 && own[i - 1] !== 1), 0);
    }
    const meanRun = total(masked) / runs;
    expect(meanRun).toBeGreaterThan(3);
    expect(meanRun).toBeLessThan(6);
  });

  it.each(['random', 'span'] as const)('%s draws for a read by its id, not by its place', (strategy) => {
    const asvs = manyReads();
    const whole = drawMaskedPositions(asvs, { ...options, strategy });
    const alone = drawMaskedPositions(
      {
        asvTokens: asvs.asvTokens.slice(7 * LENGTH, 8 * LENGTH),
        asvOffsets: Uint32Array.of(0, LENGTH),
        asvIds: Uint32Array.of(1_007),
      },
      { ...options, strategy },
    );
    expect(alone).toEqual(whole.slice(7 * LENGTH, 8 * LENGTH));
    for (const change of [{ seed: 5 }, { step: 3 }]) {
      expect(drawMaskedPositions(asvs, { ...options, ...change, strategy })).not.toEqual(whole);
    }
  });

  it('hides nothing at fraction 0 and in reads without bases', () => {
    const empty = { asvTokens: Int32Array.of(5, 0), asvOffsets: Uint32Array.of(0, 2), asvIds: Uint32Array.of(0) };
    expect(drawMaskedPositions(manyReads(), { ...options, strategy: 'span', fraction: 0 }).includes(1)).toBe(false);
    expect(drawMaskedPositions(empty, { ...options, strategy: 'span', fraction: 0.9 })).toEqual(Uint8Array.of(0, 0));
    expect(drawMaskedPositions(empty, { ...options, strategy: 'random', fraction: 0.9 })).toEqual(Uint8Array.of(0, 0));
  });
});

describe('hideTokens', () => {
  it('puts the mask token where a base is hidden', () => {
    expect(hideTokens(Int32Array.of(5, 1, 4), Uint8Array.of(0, 0, 1))).toEqual(Int32Array.of(5, 1, MASK_TOKEN));
  });
});
