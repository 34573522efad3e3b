import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DistanceMatrix,
  type DistanceRows,
  type RowProgress,
  readAlphaDiversity,
  readDistanceMatrix,
  writeAlphaDiversity,
  writeDistanceMatrix,
} from '../src/index.js';
import { textsOf } from './artifact-texts.js';
import { has, run } from './installed-python.js';

const folder = await mkdtemp(join(tmpdir(), 'seq-unifrac-write-'));
const at = (name: string): string => join(folder, name);
const made = { uuid: '0a1b2c3d-0000-4000-8000-00000000000b', time: new Date('2026-01-02T03:04:06Z') };

/** A matrix of some size with distances that need all their digits. */
function matrixOf(size: number): DistanceMatrix {
  const ids = Array.from({ length: size }, (_, i) => `sample ${i}`);
  const distances = Float64Array.from({ length: (size * (size - 1)) / 2 }, (_, i) => Math.abs(Math.sin(i + 1)));
  return new DistanceMatrix(ids, distances);
}

/** The rows of a square in blocks of the given heights. */
function rowsOf(matrix: DistanceMatrix, heights: readonly number[], precision: 'f32' | 'f64' = 'f64'): DistanceRows {
  const square = matrix.toSquare();
  async function* blocks(): AsyncGenerator<Float32Array | Float64Array> {
    let row = 0;
    for (const height of heights) {
      const block = square.slice(row * matrix.size, (row + height) * matrix.size);
      row += height;
      yield precision === 'f32' ? Float32Array.from(block) : block;
    }
  }
  return { ids: matrix.ids, precision, blocks: blocks() };
}

const formats = ['m.tsv', 'm.csv', 'm.h5', 'm.npy', 'm.npz', 'm.arrow', 'm.qza'];

describe('writeDistanceMatrix', () => {
  it.each(formats)('%s is read again to the last bit, whole or in blocks, in either width', async (file) => {
    const matrix = matrixOf(7);
    const rounded = Float64Array.from(Float32Array.from(matrix.condensed));
    const wanted = { sampleIds: matrix.ids };
    await writeDistanceMatrix(matrix, at(file), made);
    expect((await readDistanceMatrix(at(file), wanted)).condensed).toEqual(matrix.condensed);
    const whole = await readFile(at(file));
    await writeDistanceMatrix(rowsOf(matrix, [1, 4, 2]), at(file), made);
    // In Arrow each block is a batch of its own.
    if (file !== 'm.arrow') expect(await readFile(at(file))).toEqual(whole);
    expect((await readDistanceMatrix(at(file), wanted)).condensed).toEqual(matrix.condensed);
    await writeDistanceMatrix(rowsOf(matrix, [3, 4], 'f32'), at(file), made);
    const narrow = (await readDistanceMatrix(at(file), wanted)).condensed;
    expect(Float64Array.from(Float32Array.from(narrow))).toEqual(rounded);
    await writeDistanceMatrix(matrix, at(file), { ...made, precision: 'f32' });
    expect((await readDistanceMatrix(at(file), wanted)).condensed).toEqual(narrow);
  });

  it('begins the numbers of .npy at a multiple of 64 bytes, as NumPy does, so that they can be mapped', async () => {
    for (const size of [1, 7, 120]) {
      await writeDistanceMatrix(matrixOf(size), at('aligned.npy'));
      expect(((await readFile(at('aligned.npy'))).length - 8 * size * size) % 64).toBe(0);
    }
  });

  it('makes blocks of rows from the triangle for any size and width', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom('m.npy', 'm.h5', 'm.arrow'),
        async (size, file) => {
          const matrix = matrixOf(size);
          await writeDistanceMatrix(matrix, at(file));
          expect(await readDistanceMatrix(at(file), { sampleIds: matrix.ids })).toEqual(matrix);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('cuts a matrix that is larger than one block', async () => {
    const matrix = matrixOf(1100);
    const seen: RowProgress[] = [];
    await writeDistanceMatrix(matrix, at('large.npy'), { onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toEqual({ rowsDone: 1100, rowsTotal: 1100 });
    const again = await readDistanceMatrix(at('large.npy'), { sampleIds: matrix.ids });
    expect(Buffer.compare(Buffer.from(again.condensed.buffer), Buffer.from(matrix.condensed.buffer))).toBe(0);
  });

  it('keeps ids of all sorts where the format has ids', async () => {
    const ids = ['1', 'ä b', '"quoted"', 'x'.repeat(300), '日本'];
    const matrix = new DistanceMatrix(ids, matrixOf(5).condensed);
    for (const file of formats.filter((name) => name !== 'm.npy')) {
      await writeDistanceMatrix(matrix, at(file));
      expect((await readDistanceMatrix(at(file))).ids, file).toEqual(ids);
    }
  });

  it('refuses undefined distances in an artifact, which QIIME 2 could not open, and in no other format', async () => {
    const size = 1000;
    const distances = new Float64Array((size * (size - 1)) / 2);
    distances[distances.length - 1] = Number.NaN;
    const ids = Array.from({ length: size }, (_, i) => `s${i}`);
    const matrix = new DistanceMatrix(ids, distances);
    await expect(writeDistanceMatrix(matrix, at('nan.qza'))).rejects.toThrow(
      'the distance of "s998" and "s999" is not defined (NaN), and QIIME 2 opens no such matrix',
    );
    expect(await readdir(folder)).not.toContain('nan.qza');
    for (const file of formats.filter((name) => name !== 'm.qza')) {
      const some = new DistanceMatrix(['a', 'b', 'c'], Float64Array.of(1, Number.NaN, 2));
      await writeDistanceMatrix(some, at(file));
      expect(await readDistanceMatrix(at(file), { sampleIds: some.ids })).toEqual(some);
    }
  });

  it('refuses blocks that do not make the square, and ids that a format cannot hold, and leaves nothing behind', async () => {
    const matrix = matrixOf(3);
    const before = await readdir(folder);
    const write = (rows: DistanceRows, file = 'bad.npy'): Promise<void> => writeDistanceMatrix(rows, at(file));
    await expect(write(rowsOf(matrix, [2]))).rejects.toThrow('there are 2 rows of distances for 3 samples');
    await expect(write({ ...rowsOf(matrix, []), blocks: [new Float64Array(4)] })).rejects.toThrow('a block of 4');
    await expect(write({ ...rowsOf(matrix, []), blocks: [new Float64Array(12)] })).rejects.toThrow('a block of 12');
    const zero = { ...rowsOf(matrix, [3]), ids: ['a', 'b\0c', 'd'] };
    await expect(write(zero, 'bad.h5')).rejects.toMatchObject({ code: 'MATRIX_INVALID' });
    const uuid = writeDistanceMatrix(matrix, at('bad.qza'), { uuid: 'mine' });
    await expect(uuid).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    async function* failing(): AsyncGenerator<Float64Array> {
      yield new Float64Array(3);
      throw new RangeError('no more');
    }
    for (const file of formats) {
      const rows = { ids: matrix.ids, precision: 'f64', blocks: failing() } as const;
      await expect(write(rows, `bad-${file}`), file).rejects.toThrow('no more');
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(writeDistanceMatrix(matrix, at(`bad-${file}`), { signal }), file).rejects.toThrow('enough');
    }
    expect(await readdir(folder)).toEqual(before);
  });
});

describe('artifacts that QIIME 2 2022.11 found valid at its highest level', () => {
  const stored = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

  it('are what is written for their matrix and diversity', async () => {
    const matrix = await readDistanceMatrix(stored('distance-matrix.qza'));
    expect([matrix.ids, ...matrix.condensed]).toEqual([['L1', 'L2', 'ä b'], 0.1, 1e-7, Math.fround(0.3)]);
    await writeDistanceMatrix(matrix, at('again.qza'), made);
    expect(await textsOf(at('again.qza'))).toEqual(await textsOf(stored('distance-matrix.qza')));
    const diversity = await readAlphaDiversity(stored('alpha-diversity.qza'));
    expect([diversity.sampleIds, ...diversity.values]).toEqual([['L1', 'L2', 'ä b'], 0.1, 12, 1e-7]);
    await writeAlphaDiversity(diversity, at('again.qza'), made);
    expect(await textsOf(at('again.qza'))).toEqual(await textsOf(stored('alpha-diversity.qza')));
  });
});

describe('several results in one HDF5 file', () => {
  const stored = fileURLToPath(new URL('fixtures/two-results.h5', import.meta.url));

  it('are read by number', async () => {
    const [first, second] = [
      await readDistanceMatrix(stored, { resultIndex: 0 }),
      await readDistanceMatrix(stored, { resultIndex: 1 }),
    ];
    expect(first.ids).toEqual(['a', 'b', 'c']);
    expect([...first.condensed]).toEqual([0.125, 0.25, 0.5]);
    expect([...second.condensed]).toEqual([0.25, 0.5, 0.75]);
  });

  it('are refused without a number, or with one that there is not', async () => {
    await expect(readDistanceMatrix(stored)).rejects.toThrow('holds 2 results. Say which with resultIndex');
    await expect(readDistanceMatrix(stored, { resultIndex: 2 })).rejects.toThrow('There is no number 2');
  });
});

describe('writeAlphaDiversity', () => {
  const diversity = { sampleIds: ['b', 'a'], values: Float64Array.of(2, 0.1 + 0.2) };

  it.each(formats)('%s is read again to the last bit', async (file) => {
    await writeAlphaDiversity(diversity, at(file), made);
    expect(await readAlphaDiversity(at(file), { sampleIds: diversity.sampleIds })).toEqual(diversity);
    if (file !== 'm.npy') expect(await readAlphaDiversity(at(file))).toEqual(diversity);
  });

  it('writes what faithpd writes', async () => {
    await writeAlphaDiversity(diversity, at('pd.tsv'));
    expect(await readFile(at('pd.tsv'), 'utf8')).toBe('#SampleID\tfaith_pd\nb\t2\na\t0.30000000000000004\n');
    const tab = { ...diversity, sampleIds: ['b', 'a\tc'] };
    await expect(writeAlphaDiversity(tab, at('pd.tsv'))).rejects.toMatchObject({ code: 'MATRIX_INVALID' });
    await expect(writeAlphaDiversity(diversity, at('pd.tsv.gz'))).rejects.toMatchObject({
      code: 'FILE_FORMAT_UNKNOWN',
    });
  });
});

it.skipIf(!(await has('/opt/pt/bin/python', 'pyarrow, numpy')))(
  'PyArrow, where it is installed, reads Arrow',
  async () => {
    const matrix = matrixOf(5);
    await writeDistanceMatrix(matrix, at('p.arrow'), { precision: 'f32' });
    await writeAlphaDiversity({ sampleIds: ['b', 'a'], values: Float64Array.of(2, 0.5) }, at('pd.arrow'));
    const script = `import json, pyarrow
t, d = (pyarrow.ipc.open_file(f).read_all() for f in ('p.arrow', 'pd.arrow'))
n = t.num_rows
square = t['distances'].combine_chunks().flatten().to_numpy().reshape(n, n)
print(json.dumps([t['sample_id'].to_pylist(), square.tolist(), str(square.dtype), d['sample_id'].to_pylist(), d['faith_pd'].to_pylist()]))`;
    const { stdout } = await run('/opt/pt/bin/python', ['-c', script], { cwd: folder });
    const square = matrix.ids.map((_, i) => matrix.ids.map((_, j) => Math.fround(matrix.get(i, j))));
    expect(JSON.parse(stdout)).toEqual([matrix.ids, square, 'float32', ['b', 'a'], [2, 0.5]]);
  },
);

describe.skipIf(!(await has('/opt/pt/bin/python', 'h5py, numpy')))('h5py and NumPy, where they are installed', () => {
  it('read every binary format', async () => {
    const matrix = matrixOf(5);
    for (const file of ['p.h5', 'p.npy', 'p.npz']) await writeDistanceMatrix(matrix, at(file), { precision: 'f32' });
    await writeFile(
      at('read.py'),
      `import h5py, numpy as np, sys
f = h5py.File('p.h5')
z = np.load('p.npz', allow_pickle=False)
m = np.load('p.npy', allow_pickle=False)
assert f['format'][0] == b'BDSM' and f['version'][0] == b'2020.12' and f['matrix'].dtype == np.float32
assert [i.decode() for i in f['order'][:]] == list(z['ids'])
assert (f['matrix'][:] == m).all() and (z['distances'] == m).all() and m.dtype == np.float32
print(repr(float(m[1, 3])))`,
    );
    const { stdout } = await run('/opt/pt/bin/python', [at('read.py')], { cwd: folder });
    expect(Number(stdout)).toBe(Math.fround(matrix.get(1, 3)));
  });
});

describe.skipIf(!(await has('/usr/bin/python3', 'qiime2, q2_types, unifrac')))(
  'QIIME 2 and python unifrac, where they are installed',
  () => {
    it('find artifacts valid at the highest level and read HDF5', { timeout: 240_000 }, async () => {
      const matrix = matrixOf(4);
      await writeDistanceMatrix(matrix, at('q.qza'));
      await writeDistanceMatrix(matrix, at('q.h5'));
      await writeAlphaDiversity({ sampleIds: ['a', 'b'], values: Float64Array.of(1, 2.5) }, at('a.qza'));
      const script = `import qiime2, skbio, unifrac, pandas
m = qiime2.Artifact.load('q.qza'); m.validate('max')
a = qiime2.Artifact.load('a.qza'); a.validate('max')
h = unifrac.h5unifrac('q.h5')
d = m.view(skbio.DistanceMatrix)
assert h.ids == d.ids and (h.data == d.data).all()
s = a.view(pandas.Series)
print(repr(float(d['sample 1', 'sample 3'])), s.name, s['b'])`;
      const { stdout } = await run('/usr/bin/python3', ['-c', script], { cwd: folder });
      expect(stdout).toBe(`${matrix.get(1, 3)} faith_pd 2.5\n`);
    });
  },
);
