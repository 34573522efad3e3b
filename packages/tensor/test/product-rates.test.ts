import { multipliesBf16, peakOperationsPerSecond, productOperationsPerSecond } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { failure } from './failure.js';

const sizes = { rows: 5, depth: 9, columns: 7 };

describe('productOperationsPerSecond', () => {
  it('gives a rate that a processor can have, for every kind of product', () => {
    for (const precision of ['f32', 'bf16'] as const) {
      for (const leftIsTransposed of [false, true]) {
        const rate = productOperationsPerSecond({ ...sizes, precision, leftIsTransposed, packsRight: true });
        expect(rate).toBeGreaterThan(1e5);
        expect(rate).toBeLessThan(1e13);
      }
    }
  });

  it('refuses sizes that are none, and precisions that there are not', () => {
    expect(() => productOperationsPerSecond({ ...sizes, depth: 0 })).toThrow(
      failure('TENSOR_VALUE', 'productOperationsPerSecond: depth', '0'),
    );
    const precision = 'f8' as 'bf16';
    expect(() => productOperationsPerSecond({ ...sizes, precision })).toThrow(failure('TENSOR_VALUE', '"f8"'));
  });
});

describe('multipliesBf16', () => {
  it('is true only where there is a peak of wide vectors', () => {
    if (multipliesBf16()) expect(peakOperationsPerSecond()).toBeGreaterThan(1e9);
    else expect(multipliesBf16()).toBe(false);
  });
});
