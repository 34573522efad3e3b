import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import h5wasm, { ready } from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { codeOf, rowsOf, temporaryFile, temporaryFolder, vectorPath } from '../../test/fixtures.js';
import { readBiomHdf5 } from '../table/read-biom-hdf5.js';
import { Hdf5File } from './hdf5-file.js';

const vector = (name: string): string => vectorPath(`08_data/biom/${name}`);

/** Writes an HDF5 file by a function that creates its data sets. */
async function written(write: (file: InstanceType<typeof h5wasm.File>) => void): Promise<string> {
  await ready;
  const path = join(temporaryFolder(), 'written.h5');
  const file = new h5wasm.File(path, 'w');
  write(file);
  file.close();
  return path;
}

type Parts = {
  data?: number[];
  indices?: number[] | BigInt64Array;
  indptr?: number[] | BigInt64Array | Float64Array;
};

const biom = (
  axis: 'sample' | 'observation',
  { data = [5, 1, 2], indices = [1, 0, 1], indptr = [0, 1, 3] }: Parts = {},
) =>
  written((file) => {
    for (const name of ['sample', 'observation', `${axis}/matrix`]) file.create_group(name);
    file.create_dataset({ name: 'sample/ids', data: ['s1', 's2'] });
    file.create_dataset({ name: 'observation/ids', data: ['äöü', 'f2'] });
    file.create_dataset({ name: `${axis}/matrix/data`, data: Float64Array.from(data) });
    file.create_dataset({
      name: `${axis}/matrix/indices`,
      data: Array.isArray(indices) ? Int32Array.from(indices) : indices,
    });
    file.create_dataset({
      name: `${axis}/matrix/indptr`,
      data: Array.isArray(indptr) ? Int32Array.from(indptr) : indptr,
    });
  });

describe('readBiomHdf5', () => {
  it('needs one of the two matrices only, and any width of integers', async () => {
    const bySample = await readBiomHdf5(await biom('sample'));
    expect(bySample.featureIds).toEqual(['äöü', 'f2']);
    expect(rowsOf(bySample)).toEqual([
      [0, 5],
      [1, 2],
    ]);
    const byFeature = await readBiomHdf5(
      await biom('observation', { indices: BigInt64Array.of(1n, 0n, 1n), indptr: BigInt64Array.of(0n, 1n, 3n) }),
    );
    expect(rowsOf(byFeature)).toEqual([
      [0, 1],
      [5, 2],
    ]);
  });

  it.each([
    ['an index beyond the axis', { indices: [1, 0, 2] }, 'holds 2, beyond its axis'],
    ['a negative index', { indices: [1, 0, -1] }, 'holds -1, beyond its axis'],
    ['row starts that decrease', { indptr: [0, 3, 1] }, 'no ascending list'],
    ['row starts with fractions', { indptr: Float64Array.of(0, 1.5, 3) }, 'no ascending list'],
    ['row starts that end early', { indptr: [0, 1, 2] }, 'does not run from 0 to the 3 counts'],
    ['row starts that begin late', { indptr: [1, 1, 3] }, 'does not run from 0 to the 3 counts'],
    ['too few row starts', { indptr: [0, 3] }, '2 row starts, which does not fit 2 samples'],
    ['too few indices', { indices: [1, 0] }, '2 indices'],
    ['an absurd index', { indices: BigInt64Array.of(1n, 0n, 2n ** 62n) }, 'beyond its axis'],
  ])('refuses %s', async (_, parts, found) => {
    await expect(readBiomHdf5(await biom('sample', parts))).rejects.toThrow(found);
  });

  it('refuses HDF5 that is no table, and says what it is', async () => {
    const path = await written((file) => file.create_dataset({ name: 'distances', data: [1, 2, 3] }));
    await expect(readBiomHdf5(path)).rejects.toThrow('there is no data set "sample/ids" (found "distances")');
    const withoutMatrix = await written((file) => {
      file.create_group('sample');
      file.create_group('observation');
      file.create_dataset({ name: 'sample/ids', data: ['a'] });
      file.create_dataset({ name: 'observation/ids', data: ['b'] });
    });
    await expect(readBiomHdf5(withoutMatrix)).rejects.toThrow('neither "sample/matrix" nor "observation/matrix"');
  });
});

describe('Hdf5File', () => {
  it('refuses data sets that claim more than the file can hold', async () => {
    const path = await written((file) => {
      file.create_dataset({ name: 'huge', data: [1], shape: [1], maxshape: [null], chunks: [1024], compression: 9 });
      (file.get('huge') as InstanceType<typeof h5wasm.Dataset>).resize([2 ** 40]);
    });
    await using file = await Hdf5File.open(path);
    await expect(file.describe('huge')).rejects.toThrow('claims 1099511627776 elements');
  });

  it('notices a damaged chunk instead of handing out what was in memory', async () => {
    const bytes = Uint8Array.from(readFileSync(vector('biom21_int32_taxonomy.biom')));
    let damaged = 0;
    for (let i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] !== 0x78 || ![0x5e, 0x9c, 0x01, 0xda].includes(bytes[i + 1]!)) continue;
      bytes.fill(0xff, i + 2, i + 8);
      damaged += 1;
    }
    expect(damaged).toBeGreaterThan(0);
    expect(await codeOf(() => readBiomHdf5(temporaryFile('t.biom', bytes)))).toBe('FILE_MALFORMED');
  });

  it('gives up on a file whose reading takes longer than allowed, and reads the next', async () => {
    expect(
      await codeOf(() => Hdf5File.open(vector('biom21_int32_taxonomy.biom'), { stallTimeoutMs: 0, withLibrary: true })),
    ).toBe('FILE_UNREADABLE');
    await using file = await Hdf5File.open(vector('biom21_int32_taxonomy.biom'));
    expect(await file.names('/')).toEqual(['observation', 'sample']);
    expect(await file.names('nothing')).toBeUndefined();
    expect(await file.describe('sample/ids')).toMatchObject({ kind: 'texts', shape: [5] });
  });

  it('serves several files at once', async () => {
    const paths = ['biom21_int32_taxonomy.biom', 'biom21_int64_hashed_ids.biom', 'biom21_int32_taxonomy.biom'].map(
      vector,
    );
    const tables = await Promise.all(paths.map((path) => readBiomHdf5(path)));
    expect(tables.map(({ entryCount }) => entryCount)).toEqual([10, 10, 10]);
  });
});
