import { describe, expect, it } from 'vitest';
import { parseTolerances, tolerance } from './tolerances.js';

const row = { id: 'a', absolute: 0, relative: 1e-9, reason: 'because' };
const file = (...rows: unknown[]): string => JSON.stringify({ rows });

describe('tolerances', () => {
  it('reads the rows of the repository', () => {
    expect(tolerance('float64/scalar')).toEqual({
      absolute: 0,
      relative: 1e-9,
      relativeToLargest: 0,
      largestAtLeast: 0,
    });
    expect(tolerance('float32/gradient').largestAtLeast).toBe(1e-3);
  });

  it('names the rows there are when one is missing', () => {
    expect(() => tolerance('float16/output')).toThrow(/no row "float16\/output".*float32\/output/);
  });

  it('refuses rows without a reason, with a repeated id or with odd numbers', () => {
    expect(parseTolerances(file(row)).size).toBe(1);
    expect(() => parseTolerances(file({ ...row, reason: '' }))).toThrow('reason');
    expect(() => parseTolerances(file(row, row))).toThrow('new id');
    expect(() => parseTolerances(file({ ...row, absolute: -1 }))).toThrow('finite');
    expect(() => parseTolerances(file({ ...row, relative: null }))).toThrow('finite');
    expect(() => parseTolerances(file({ ...row, absolute: undefined }))).toThrow('finite');
  });
});
