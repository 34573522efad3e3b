import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PackedTexts } from './packed-texts.js';

function picked(texts: readonly string[], rows: ArrayLike<number>): PackedTexts {
  const offsets = [0];
  for (const text of texts) offsets.push(offsets.at(-1)! + Buffer.byteLength(text));
  return PackedTexts.pick(Buffer.from(texts.join('')), offsets, Uint32Array.from(rows));
}

describe('PackedTexts', () => {
  it('for any texts, gives back those that were picked, in their order', () => {
    const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('', 'é', '\0'));
    const anyPicked = fc
      .array(anyText, { minLength: 1 })
      .chain((texts) => fc.tuple(fc.constant(texts), fc.array(fc.nat(texts.length - 1))));
    fc.assert(
      fc.property(anyPicked, ([texts, rows]) => {
        const list = picked(texts, rows);
        expect(list.length).toBe(rows.length);
        expect(list.unpacked()).toEqual(rows.map((row) => texts[row]));
      }),
    );
  });

  it('gives back more texts than become texts together, each time anew', () => {
    const texts = Array.from({ length: 40_000 }, (_, i) => (i % 18_000 === 0 ? `é${i}` : `sample.${i}`));
    const list = picked(texts, [...texts.keys()]);
    expect(list.unpacked()).toEqual(texts);
    expect(list.unpacked()).not.toBe(list.unpacked());
  });
});
