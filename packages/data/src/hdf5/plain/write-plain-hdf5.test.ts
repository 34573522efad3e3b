import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import h5wasm, { ready } from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/fixtures.js';
import type { PlainDataSet } from './plain-data-set.js';
import { writePlainHdf5 } from './write-plain-hdf5.js';

async function written(dataSets: readonly PlainDataSet[], signal?: AbortSignal): Promise<string> {
  const path = join(temporaryFolder(), 'plain.h5');
  const file = await open(path, 'w');
  try {
    await writePlainHdf5(file, dataSets, { signal });
  } finally {
    await file.close();
  }
  return path;
}

/** What the HDF5 library finds in a file, by name. */
async function found(path: string): Promise<Record<string, { shape: unknown; value: unknown; dtype: unknown }>> {
  await ready;
  const file = new h5wasm.File(path, 'r');
  const sets = file.keys().map((name) => {
    const { shape, value, dtype } = file.get(name) as InstanceType<typeof h5wasm.Dataset>;
    return [name, { shape, value, dtype }] as const;
  });
  file.close();
  return Object.fromEntries(sets);
}

describe('writePlainHdf5', () => {
  it('writes what the HDF5 library reads: names in any order, numbers of every format, texts of both kinds', async () => {
    async function* rows(): AsyncGenerator<Float32Array> {
      yield Float32Array.of(1, 2, 3, 4);
      yield Float32Array.of(5, 0.1);
    }
    const sets = await found(
      await written([
        { name: 'order', texts: ['s1', 'äöü', '', 'x'.repeat(5000)], length: 'variable' },
        { name: 'format', texts: ['BDSM'], length: 'fixed' },
        { name: 'matrix', shape: [2, 3], format: 'f32', values: rows() },
        { name: 'a', shape: [3], format: 'f64', values: [Float64Array.of(0.1, -0), Float64Array.of(Number.NaN)] },
        { name: 'b', shape: [1, 1], format: 'u32', values: [Uint32Array.of(2 ** 32 - 1)] },
        { name: 'none', shape: [0, 4], format: 'f64', values: [] },
      ]),
    );
    expect(Object.keys(sets)).toEqual(['a', 'b', 'format', 'matrix', 'none', 'order']);
    expect(sets.order).toMatchObject({ shape: [4], value: ['s1', 'äöü', '', 'x'.repeat(5000)] });
    expect(sets.format).toMatchObject({ shape: [1], value: ['BDSM'], dtype: 'A4' });
    expect(sets.matrix).toEqual({ shape: [2, 3], value: Float32Array.of(1, 2, 3, 4, 5, 0.1), dtype: '<f' });
    expect(sets.a).toEqual({ shape: [3], value: Float64Array.of(0.1, -0, Number.NaN), dtype: '<d' });
    expect(sets.b).toMatchObject({ shape: [1, 1], value: Uint32Array.of(2 ** 32 - 1) });
    expect(sets.none).toMatchObject({ shape: [0, 4] });
  });

  it('holds many names and more texts than fit one collection', async () => {
    const texts = Array.from({ length: 70_000 }, (_, i) => `sample ${i}`);
    const named = Array.from({ length: 40 }, (_, i): PlainDataSet => {
      return { name: `set:${i}`, shape: [1], format: 'f64', values: [Float64Array.of(i)] };
    });
    const sets = await found(await written([...named, { name: 'order', texts, length: 'variable' }]));
    expect(sets.order!.value).toEqual(texts);
    expect(named.map(({ name }) => (sets[name]!.value as Float64Array)[0])).toEqual([...named.keys()]);
  });

  it('gives the same bytes however the numbers are cut', async () => {
    const values = Float64Array.of(1, 2, 3, 4);
    const set = { name: 'a', shape: [4], format: 'f64' } as const;
    const whole = await readFile(await written([{ ...set, values: [values] }]));
    const cut = await readFile(await written([{ ...set, values: [values.subarray(0, 1), values.subarray(1)] }]));
    expect(cut).toEqual(whole);
  });

  it('refuses numbers that do not fill their shape, and stops when told', async () => {
    const set = { name: 'a', shape: [2], format: 'f64' } as const;
    await expect(written([{ ...set, values: [Float64Array.of(1)] }])).rejects.toThrow('"a" got 8 bytes of 16');
    await expect(written([{ ...set, values: [new Float64Array(3)] }])).rejects.toThrow('"a" got 24 bytes of 16');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(written([{ ...set, values: [new Float64Array(2)] }], signal)).rejects.toThrow('enough');
  });
});
