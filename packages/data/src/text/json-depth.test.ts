import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nestsAtMost } from './json-depth.js';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Object.values(value).reduce<number>((most, part) => Math.max(most, depthOf(part)), 0);
}

it('for any JSON, is the depth of what it parses to', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.boolean(), (value, isSpaced) => {
      const text = JSON.stringify(value, null, isSpaced ? 2 : undefined);
      const depth = depthOf(JSON.parse(text));
      expect([nestsAtMost(text, depth), nestsAtMost(text, depth - 1)]).toEqual([true, depth === 0]);
    }),
  );
});

it('does not count what stands in strings, and ends with any text', () => {
  expect(nestsAtMost('["[[[[\\"[[[", {"]}": "\\\\"}]', 2)).toBe(true);
  expect(nestsAtMost('["[[[[', 1)).toBe(true);
  expect(nestsAtMost(']]]][[', 0)).toBe(true);
  expect(nestsAtMost('['.repeat(65), 64)).toBe(false);
});
