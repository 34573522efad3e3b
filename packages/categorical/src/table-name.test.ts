import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableName } from './table-name.js';

describe('tableName', () => {
  it('keeps ordinary names, and writes dots so that they are none', () => {
    expect(['site', 'type', '50% cover', '__proto__'].map(tableName)).toEqual([
      'site',
      'type',
      '50% cover',
      '__proto__',
    ]);
    expect(['a.b', 'a%2Eb', 'a%252Eb'].map(tableName)).toEqual(['a%2Eb', 'a%252Eb', 'a%25252Eb']);
    expect(['\ud800', '%uD800', 'é🧬'].map(tableName)).toEqual(['%uD800', '%25uD800', 'é🧬']);
  });

  it('for any two columns, different names stay different and have no dot', () => {
    const letters = ['%', '2', '5', 'E', '.', 'a', 'u', 'D800', '\ud800', '\udc00', '🧬'] as const;
    const name = fc.string({ unit: fc.constantFrom(...letters), maxLength: 8 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(tableName(a).includes('.')).toBe(false);
        expect(/\p{Surrogate}/u.test(tableName(a))).toBe(false);
        expect(tableName(a) === tableName(b)).toBe(a === b);
      }),
      { numRuns: 2_000 },
    );
  });
});
