import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints } from './code-point-order.js';

describe('compareCodePoints', () => {
  it('for any two strings, agrees with the order of their code point lists', () => {
    const byList = (a: string, b: string): number => {
      const [x, y] = [a, b].map((text) => Array.from(text, (character) => character.codePointAt(0)!));
      for (let i = 0; i < Math.min(x!.length, y!.length); i++) if (x![i] !== y![i]) return x![i]! - y![i]!;
      return x!.length - y!.length;
    };
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '~', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '😀'),
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(byList(a, b)));
      }),
    );
  });

  it('puts characters beyond U+FFFF after all others, unlike a plain sort', () => {
    expect(['\u{10000}', '\uffff'].sort(compareCodePoints)).toEqual(['\uffff', '\u{10000}']);
    expect(['\u{10000}', '\uffff'].sort()).toEqual(['\u{10000}', '\uffff']);
  });
});
