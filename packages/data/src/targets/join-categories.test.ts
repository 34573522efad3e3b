import { describe, expect, it } from 'vitest';
import { codeOf } from '../../test/fixtures.js';
import { joinCategories } from './join-categories.js';

describe('joinCategories', () => {
  it('takes one column as it is', () => {
    expect(joinCategories([['a', null, 'b']])).toEqual(['a', null, 'b']);
  });

  it('is equal exactly where all columns are', () => {
    const joined = joinCategories([
      ['a', 'a', 'a","b', 'a', null],
      ['b', 'b', 'c', 'b","c', 'b'],
    ]);
    expect(joined[0]).toBe(joined[1]);
    expect(new Set(joined).size).toBe(4);
    expect(joined[4]).toBeNull();
  });

  it.each([[[]], [[['a'], []]]])('refuses %j', async (columns) => {
    expect(await codeOf(() => joinCategories(columns))).toBe('OPTION_INVALID');
  });
});
