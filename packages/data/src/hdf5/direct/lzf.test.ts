import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BeyondDirectReading } from './beyond-direct-reading.js';
import { unpackedLzf } from './lzf.js';

const unpacked = (packed: readonly number[], length: number): string =>
  Buffer.from(unpackedLzf(Uint8Array.from(packed), length)).toString('latin1');

it('unpacks runs, copies that reach into themselves, and long ones', () => {
  expect(unpacked([2, 97, 98, 99], 3)).toBe('abc');
  expect(unpacked([1, 97, 98, 0x60, 1, 0, 33], 8)).toBe('ababababab'.slice(0, 7).concat('!'));
  expect(unpacked([0, 97, 0xe0, 11, 0], 21)).toBe('a'.repeat(21));
});

it.each([
  ['another length', [2, 97, 98, 99], 4],
  ['a run beyond the end', [3, 97, 98, 99], 4],
  ['a run that does not fit', [2, 97, 98, 99], 2],
  ['a copy from before the start', [0, 97, 0x20, 1], 4],
  ['a copy that does not fit', [0, 97, 0x60, 0], 4],
  ['a copy that is cut off', [0, 97, 0xe0, 1], 10],
])('leaves %s to the library', (_, packed, length) => {
  expect(() => unpacked(packed, length)).toThrow(BeyondDirectReading);
});

it('ends with any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(200), (packed, length) => {
      try {
        expect(unpackedLzf(packed, length).length).toBe(length);
      } catch (error) {
        expect(error).toBeInstanceOf(BeyondDirectReading);
      }
    }),
  );
});
