import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonVectors, openVector, parsePythonJson } from './vectors.js';

function safetensors(header: unknown, data: Uint8Array): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

describe('parsePythonJson', () => {
  it('reads bare NaN and infinities as numbers, but leaves them alone in strings', () => {
    expect(parsePythonJson('{"a": [NaN, -Infinity, Infinity, 1.5], "NaN": "a \\"NaN\\" b"}')).toEqual({
      a: [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1.5],
      NaN: 'a "NaN" b',
    });
  });

  it('says where the text is from when it is not JSON', () => {
    expect(() => parsePythonJson('{', 'cases.json')).toThrow(/^cases\.json: not valid JSON/);
  });
});

describe('jsonVectors', () => {
  const directory = mkdtempSync(join(tmpdir(), 'seq-vectors-'));
  mkdirSync(join(directory, 'b'));
  writeFileSync(join(directory, 'z.json'), '{"n": 1}');
  writeFileSync(join(directory, 'b', 'expected.json'), '{"n": 2}');
  writeFileSync(join(directory, 'b', 'table.tsv'), '');
  const integers = new Uint8Array(new BigInt64Array([1n, -2n, 2n ** 60n]).buffer);
  const floats = new Uint8Array(Float32Array.of(0.5, -1).buffer);
  writeFileSync(
    join(directory, 'z.safetensors'),
    safetensors(
      {
        __metadata__: { any: 'text' },
        'in/x': { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
        'in/ids': { dtype: 'I64', shape: [2], data_offsets: [8, 24] },
        'in/big': { dtype: 'I64', shape: [1], data_offsets: [24, 32] },
      },
      Buffer.concat([floats, integers]),
    ),
  );

  it('finds JSON files at any depth, sorted, and names them by their path', () => {
    expect([...jsonVectors<{ n: number }>(directory)].map(({ name, content }) => [name, content.n])).toEqual([
      ['b/expected', 2],
      ['z', 1],
    ]);
  });

  it('reads the tensors that lie beside the JSON', () => {
    const tensors = openVector(directory, 'z').tensors();
    expect([...tensors.keys()]).toEqual(['in/x', 'in/ids', 'in/big']);
    expect(tensors.get('in/x')!.shape).toEqual([1, 2]);
    expect(tensors.get('in/x')!.data).toEqual(Float32Array.of(0.5, -1));
    expect(tensors.get('in/ids')!.toInt32()).toEqual(Int32Array.of(1, -2));
    expect(() => tensors.get('in/big')!.toNumbers()).toThrow('2^53');
    expect(() => tensors.get('in/x')!.toInt32()).toThrow('32-bit');
    expect(openVector(directory, 'b/expected').tensors().size).toBe(0);
  });

  it('resolves files beside the JSON and misses those that are not there', () => {
    const vector = openVector(directory, 'b/expected');
    expect(vector.path('table.tsv')).toBe(join(directory, 'b', 'table.tsv'));
    expect(() => vector.path('tree.nwk')).toThrow('"b/tree.nwk" is missing');
  });
});
