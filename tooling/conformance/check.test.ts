import { describe, expect, it } from 'vitest';
import { Check, type Numbers } from './check.js';
import type { Tolerance } from './tolerances.js';

const exact: Tolerance = { absolute: 0, relative: 0 };

function close(got: Numbers, want: Numbers, tolerance: Tolerance): readonly string[] {
  const check = new Check();
  check.close('x', got, want, tolerance);
  expect(check.comparisons).toBe(1);
  return check.failures;
}

describe('Check.close', () => {
  it('allows absolute plus relative difference, and not more', () => {
    const tolerance = { absolute: 0.5, relative: 0.25 };
    expect(close(11.5, 8, { absolute: 1.5, relative: 0.25 })).toEqual([]);
    expect(close(10.5, 8, tolerance)).toEqual([]);
    expect(close(10.5001, 8, tolerance)).toHaveLength(1);
    expect(close(-10.5001, -8, tolerance)).toHaveLength(1);
  });

  it('allows a fraction of the largest element, with a floor', () => {
    const tolerance = { absolute: 0, relative: 0, relativeToLargest: 0.25, largestAtLeast: 2 };
    expect(close([0.9, 4], [0, 4], tolerance)).toEqual([]);
    expect(close([1.1, 4], [0, 4], tolerance)).toHaveLength(1);
    expect(close([0.5], [0], tolerance)).toEqual([]);
    expect(close([0.51], [0], tolerance)).toHaveLength(1);
  });

  it('fails on NaN on either side, however loose the tolerance', () => {
    const loose = { absolute: 1e300, relative: 1e300, relativeToLargest: 1e300 };
    expect(close(Number.NaN, 1, loose)).toHaveLength(1);
    expect(close(1, Number.NaN, loose)).toHaveLength(1);
    expect(close(Number.NaN, Number.NaN, loose)).toHaveLength(1);
    expect(close([1, Number.NaN], [1, 2], loose)[0]).toContain('index 1');
  });

  it('lets only the same infinity meet an infinite expectation', () => {
    const loose = { absolute: 1, relative: 1, relativeToLargest: 1 };
    expect(close(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, loose)).toEqual([]);
    expect(close(5, Number.POSITIVE_INFINITY, loose)).toHaveLength(1);
    expect(close(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, loose)).toHaveLength(1);
    expect(close(Number.POSITIVE_INFINITY, 5, loose)).toHaveLength(1);
    expect(
      close([1, Number.POSITIVE_INFINITY], [9, Number.POSITIVE_INFINITY], { ...exact, relativeToLargest: 0.1 }),
    ).toHaveLength(1);
  });

  it('fails when the lengths differ, and when one side has holes', () => {
    expect(close([1, 2], [1], exact)).toEqual(['x: got 2 numbers, want 1']);
    expect(close(new Array<number>(2), [1, 2], { absolute: 9, relative: 9 })).toHaveLength(1);
  });

  it('reports how many are off and the worst with its index', () => {
    const [line] = close([1, 2.5, 3, 14], [1, 2, 3, 4], { absolute: 0.1, relative: 0 });
    expect(line).toBe('x: 2 of 4 off; worst at index 3: got 14, want 4, difference 1.00e+1, allowed 1.00e-1');
  });

  it('compares typed arrays with plain ones, and empty with empty', () => {
    expect(close(Float32Array.of(1, 2), [1, 2], exact)).toEqual([]);
    expect(close([], [], exact)).toEqual([]);
  });
});

describe('Check.equal', () => {
  it('compares deeply, with NaN equal to NaN and 0 unequal to -0', () => {
    const check = new Check();
    check.equal('same', { ids: ['a', Number.NaN] }, { ids: ['a', Number.NaN] });
    expect(check.failures).toEqual([]);
    check.equal('order', ['a', 'b'], ['b', 'a']);
    check.equal('zero', 0, -0);
    check.equal('type', '1', 1);
    expect(check.failures).toHaveLength(3);
    expect(check.failures[0]).toBe('order: got ["a","b"], want ["b","a"]');
  });

  it('shows numbers that JSON has no word for, and cuts long values', () => {
    const check = new Check();
    check.equal('not finite', Number.NaN, 1n);
    check.equal(
      'long',
      Array.from({ length: 1000 }, (_, i) => i),
      [],
    );
    expect(check.failures[0]).toBe('not finite: got "NaN", want "1n"');
    expect(check.failures[1]!.length).toBeLessThan(260);
  });
});

describe('Check.holds', () => {
  it('fails with the given words', () => {
    const check = new Check();
    check.holds('sorted', true, 'not sorted');
    check.holds('sorted', false, 'b before a');
    expect(check.comparisons).toBe(2);
    expect(check.failures).toEqual(['sorted: b before a']);
  });
});
