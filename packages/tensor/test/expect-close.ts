// The one comparison of numbers in these tests: a NaN on one side only fails.
import { expect } from 'vitest';

/** How far two numbers may lie apart. */
export interface Tolerance {
  /** Default 1e-12. */
  readonly absolute?: number;
  /** Times the size of the expected number. Default 1e-12. */
  readonly relative?: number;
}

/** Fails unless every number is within `absolute + relative * |expected|`, or is the same NaN or infinity. */
export function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute = 1e-12, relative = 1e-12 }: Tolerance = {},
): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [found[i]!, expected[i]!];
    if (Object.is(a, b)) continue;
    const difference = Math.abs(a - b);
    if (!(difference <= absolute + relative * Math.abs(b) && Number.isFinite(b))) {
      expect.fail(`element ${i} is ${a}, expected ${b} (difference ${difference})`);
    }
  }
}
