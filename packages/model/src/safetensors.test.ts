import { readFileSync } from 'node:fs';
import { SeqError } from '@seq/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.js';

const vector = new URL('../../../conformance/01_primitives/pooling_masks.safetensors', import.meta.url);

function file(header: unknown, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const encoded = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + encoded.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(encoded.length), true);
  bytes.set(encoded, 8);
  bytes.set(body, 8 + encoded.length);
  return bytes;
}

function code(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SeqError) return error.code;
    throw error;
  }
  return 'none';
}

const arbitraryTensor: fc.Arbitrary<StoredTensor> = fc
  .record({
    dtype: fc.constantFrom('F64', 'F32', 'I64', 'I32', 'U8', 'F16', 'BF16'),
    shape: fc.array(fc.nat(4), { maxLength: 3 }),
    seed: fc.nat(255),
  })
  .map(({ dtype, shape, seed }) => {
    const size = { F64: 8, F32: 4, I64: 8, I32: 4, U8: 1, F16: 2, BF16: 2 }[dtype] ?? 0;
    const bytes = new Uint8Array(shape.reduce((a, b) => a * b, 1) * size).map((_, i) => (seed + 37 * i) % 251);
    const types = { F64: Float64Array, F32: Float32Array, I64: BigInt64Array, I32: Int32Array } as const;
    const data = dtype in types ? new types[dtype as 'F64'](bytes.buffer) : bytes;
    return { dtype, shape, data } as StoredTensor;
  });

const arbitraryName = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'a.b.weight', 'é'));

describe('safetensors', () => {
  it('for any tensors and metadata, reading what was written gives them back bit by bit', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(arbitraryName, arbitraryTensor), { maxLength: 6, selector: ([name]) => name }),
        fc.dictionary(arbitraryName, fc.string()),
        (entries, metadata) => {
          const tensors = new Map(entries.filter(([name]) => name !== '__metadata__'));
          const read = readSafetensors(writeSafetensors(tensors, { metadata }));
          expect(new Map(read.metadata)).toEqual(new Map(Object.entries(metadata)));
          expect([...read.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
          for (const [name, { dtype, shape, data }] of tensors) {
            const found = read.tensors.get(name)!;
            expect([found.dtype, found.shape, found.data.constructor]).toEqual([dtype, shape, data.constructor]);
            expect(new Uint8Array(found.data.buffer)).toEqual(new Uint8Array(data.buffer));
          }
        },
      ),
    );
  });

  it('aligns every array to its element size and writes equal content as equal bytes', () => {
    const a: StoredTensor = { dtype: 'U8', shape: [3], data: new Uint8Array([1, 2, 3]) };
    const b: StoredTensor = { dtype: 'F64', shape: [1], data: new Float64Array([0.5]) };
    const entries: [string, StoredTensor][] = [
      ['a', a],
      ['b', b],
    ];
    const one = writeSafetensors(new Map(entries));
    const two = writeSafetensors(new Map(entries.toReversed()));
    expect(one).toEqual(two);
    const headerLength = Number(new DataView(one.buffer).getBigUint64(0, true));
    expect(headerLength % 8).toBe(0);
    expect([...readSafetensors(one).tensors.keys()]).toEqual(['b', 'a']);
  });

  it('reads a file of another writer', () => {
    const { tensors } = readSafetensors(readFileSync(vector));
    expect(tensors.get('in/x')).toMatchObject({ dtype: 'F32', shape: [5, 9, 16] });
    expect(tensors.get('in/mask')?.data).toBeInstanceOf(BigInt64Array);
  });

  it('gives arrays that are independent of the bytes read', () => {
    const bytes = writeSafetensors(new Map([['a', { dtype: 'U8', shape: [1], data: new Uint8Array([7]) }]]));
    const { tensors } = readSafetensors(bytes);
    bytes.fill(0);
    expect(tensors.get('a')?.data[0]).toBe(7);
  });

  const row = (start: number, end: number, shape: unknown = [end - start], dtype: unknown = 'U8') => ({
    dtype,
    shape,
    data_offsets: [start, end],
  });
  const body = new Uint8Array(8);
  it.each<[string, Uint8Array]>([
    ['no bytes', new Uint8Array(0)],
    ['a truncated length', new Uint8Array(7)],
    ['a header longer than the file', new Uint8Array([9, 0, 0, 0, 0, 0, 0, 0, 123])],
    ['a header of 2^63 bytes', new Uint8Array([0, 0, 0, 0, 0, 0, 0, 128])],
    ['a header that is no JSON', file('{')],
    ['a header that is a list', file('[]')],
    ['bytes that are no UTF-8', file('').fill(0xff, 8)],
    ['metadata that are no strings', file({ __metadata__: { a: 1 } })],
    ['an entry that is null', file({ a: null })],
    ['an unknown element type', file({ a: row(0, 8, [8], 'Q4') }, body)],
    ['an inherited name as element type', file({ a: row(0, 8, [8], 'toString') }, body)],
    ['a negative size', file({ a: row(0, 8, [-8]) }, body)],
    ['a size that overflows', file({ a: row(0, 8, [2 ** 52, 2 ** 52]) }, body)],
    ['offsets in the wrong order', file({ a: row(8, 0, [8]) }, body)],
    ['offsets past the end', file({ a: row(0, 9) }, body)],
    ['a shape that differs from the range', file({ a: row(0, 8, [2], 'F32'), b: row(0, 8, [4], 'F32') }, body)],
    ['overlapping ranges', file({ a: row(0, 8), b: row(4, 8) }, body)],
    ['a gap between ranges', file({ a: row(0, 3), b: row(4, 8) }, body)],
    ['bytes that belong to no tensor', file({ a: row(0, 7) }, body)],
  ])('refuses %s', (_, bytes) => {
    expect(code(() => readSafetensors(bytes))).toBe('CHECKPOINT_BROKEN');
  });

  it('for any damage to a file, reading succeeds or reports CHECKPOINT_BROKEN', () => {
    const whole = readFileSync(vector);
    const damage = fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.option(fc.nat(whole.length)), (changes, cut) => {
        const bytes = new Uint8Array(whole);
        for (const [position, value] of changes) bytes[position % bytes.length] = value;
        const found = code(() => readSafetensors(cut === null ? bytes : bytes.subarray(0, cut)));
        expect(['none', 'CHECKPOINT_BROKEN']).toContain(found);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses to write data that differ from their shape, and the reserved name', () => {
    const tensor: StoredTensor = { dtype: 'F32', shape: [2], data: new Float32Array(3) };
    expect(code(() => writeSafetensors(new Map([['a', tensor]])))).toBe('CHECKPOINT_BROKEN');
    const reserved: StoredTensor = { dtype: 'F32', shape: [3], data: new Float32Array(3) };
    expect(code(() => writeSafetensors(new Map([['__metadata__', reserved]])))).toBe('CHECKPOINT_BROKEN');
  });
});
