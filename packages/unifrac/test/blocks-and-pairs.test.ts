import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  parseNewick,
  readReferenceDistances,
  readSamplePairs,
  unifracGain,
  writeGainMatrix,
  writePairDistances,
  writeReferenceDistances,
} from '../src/index.js';
import { has, run } from './installed-python.js';
import { randomStudy } from './small-tables.js';

const folder = await mkdtemp(join(tmpdir(), 'seq-unifrac-blocks-'));
const at = (name: string): string => join(folder, name);
const text = (name: string): Promise<string> => readFile(at(name), 'utf8');
const python = '/opt/pt/bin/python';
const hasNumPy = await has(python, 'h5py, numpy');

describe('writeReferenceDistances', () => {
  const block = {
    sampleIds: ['a', 'b', 'c'],
    referenceIds: ['b', 'c'],
    referenceCount: 2,
    distances: Float64Array.of(1, 2, 0, 3, 3, 0),
  };

  it.each(['b.tsv', 'b.csv', 'b.npy', 'b.npz', 'b.h5', 'b.arrow'])(
    '%s is read again, in the order of ids where it has them',
    async (file) => {
      await writeReferenceDistances(block, at(file), { precision: 'f32' });
      const { distances, referenceIds } = await readReferenceDistances(at(file), { sampleIds: block.sampleIds });
      expect(distances).toEqual(block.distances);
      if (/csv|tsv/.test(file)) expect(referenceIds).toEqual(['b', 'c']);
      if (file === 'b.npy') return;
      const part = await readReferenceDistances(at(file), { sampleIds: ['c', 'a'] });
      expect([...part.distances]).toEqual([3, 0, 1, 2]);
      const unknown = readReferenceDistances(at(file), { sampleIds: ['c', 'x'] });
      await expect(unknown).rejects.toMatchObject({ code: 'SAMPLE_UNKNOWN' });
    },
  );

  it('of more than one piece is written whole', async () => {
    const [rows, columns] = [1_100, 1_000];
    const sampleIds = Array.from({ length: rows }, (_, i) => `s${i}`);
    const distances = Float64Array.from({ length: rows * columns }, (_, i) => i);
    await writeReferenceDistances({ sampleIds, referenceCount: columns, distances }, at('large.npy'));
    const read = await readReferenceDistances(at('large.npy'), { sampleIds });
    expect(Buffer.compare(Buffer.from(read.distances.buffer), Buffer.from(distances.buffer))).toBe(0);
  });

  it('as text has the references as heading, so it needs their names', async () => {
    await writeReferenceDistances(block, at('t.tsv'));
    expect(await text('t.tsv')).toBe('\tb\tc\na\t1\t2\nb\t0\t3\nc\t3\t0\n');
    const { referenceIds: _, ...unnamed } = block;
    await expect(writeReferenceDistances(unnamed, at('u.tsv'))).rejects.toMatchObject({ code: 'MATRIX_INVALID' });
    await writeReferenceDistances(unnamed, at('u.npz'));
    const split = { ...block, referenceIds: ['b', 'c\td'] };
    await expect(writeReferenceDistances(split, at('s.tsv'))).rejects.toThrow(
      'writeReferenceDistances: sample id "c\\td" has a tab or a line end',
    );
  });

  it('is no QIIME 2 artifact, and none is read', async () => {
    const refused = { code: 'FILE_FORMAT_UNKNOWN' };
    await expect(writeReferenceDistances(block, at('b.qza'))).rejects.toMatchObject(refused);
    await expect(readReferenceDistances(at('b.qza'), { sampleIds: ['a'] })).rejects.toMatchObject(refused);
  });

  it.each([
    ['twice.tsv', '\tb\na\t1\na\t2\n', 'row "a" stands twice'],
    ['short.tsv', '\tb\tc\na\t1\n', 'has 1 distances, not 2'],
    ['word.csv', ',b\na,far\n', 'is "far", not a number'],
    ['empty.tsv', '', 'it is empty'],
  ])('%s is refused', async (file, content, says) => {
    await writeFile(at(file), content);
    await expect(readReferenceDistances(at(file), { sampleIds: ['a'] })).rejects.toThrow(says);
  });
});

describe('writeGainMatrix', () => {
  it('writes what the row has that the column lacks', async () => {
    const { table, newick } = randomStudy(5, 9);
    using tree = parseNewick(newick);
    const gain = await unifracGain(table, tree);
    for (const file of ['g.tsv', 'g.csv', 'g.npy', 'g.npz', 'g.h5', 'g.arrow']) await writeGainMatrix(gain, at(file));
    const { distances, referenceIds } = await readReferenceDistances(at('g.tsv'), { sampleIds: table.sampleIds });
    expect([referenceIds, distances]).toEqual([table.sampleIds, gain.gains]);
    for (const file of ['g.npz', 'g.h5', 'g.arrow']) {
      const read = await readReferenceDistances(at(file), { sampleIds: table.sampleIds });
      expect(read.distances).toEqual(gain.gains);
    }
    await expect(writeGainMatrix(gain, at('g.qza'))).rejects.toMatchObject({ code: 'FILE_FORMAT_UNKNOWN' });
  });
});

describe('pairs of samples', () => {
  const sampleIds = ['a', 'b', 'c "1"'];
  const pairs = Uint32Array.of(0, 1, 2, 0);
  const distances = Float64Array.of(0.1, Number.NaN);

  it('are read with and without a heading, from TSV and CSV', async () => {
    await writeFile(at('p.tsv'), 'sample_a\tsample_b\tnote\na\tb\tx\n\nc "1"\ta\n');
    await writeFile(at('p.csv'), 'a,b\r\n"c ""1""",a\r\n');
    for (const file of ['p.tsv', 'p.csv']) expect(await readSamplePairs(at(file), { sampleIds })).toEqual(pairs);
  });

  it('are refused with what is wrong', async () => {
    await writeFile(at('one.tsv'), 'a\tb\nc\n');
    await expect(readSamplePairs(at('one.tsv'), { sampleIds })).rejects.toThrow(
      'line 2 has no two cells parted by a tab',
    );
    await writeFile(at('half.tsv'), 'a\tx\nb\ta\n');
    await expect(readSamplePairs(at('half.tsv'), { sampleIds })).rejects.toThrow(
      '1 ids are no samples of the table (first: "x")',
    );
    await writeFile(at('unknown.tsv'), 'a\tb\na\tx\ny\tx\n');
    await expect(readSamplePairs(at('unknown.tsv'), { sampleIds })).rejects.toThrow(
      '2 ids are no samples of the table (first: "x", "y")',
    );
  });

  it('are written with their distances', async () => {
    await writePairDistances({ sampleIds, pairs, distances }, at('d.tsv'));
    expect(await text('d.tsv')).toBe('sample_a\tsample_b\tdistance\na\tb\t0.1\nc "1"\ta\tNaN\n');
    await writePairDistances({ sampleIds, pairs, distances }, at('d.csv'), { precision: 'f32' });
    expect(await text('d.csv')).toBe('sample_a,sample_b,distance\na,b,0.1\n"c ""1""",a,NaN\n');
    expect(await readSamplePairs(at('d.csv'), { sampleIds })).toEqual(pairs);
    const refused = { code: 'FILE_FORMAT_UNKNOWN' };
    await expect(writePairDistances({ sampleIds, pairs, distances }, at('d.qza'))).rejects.toMatchObject(refused);
    const half = { sampleIds, pairs, distances: Float64Array.of(1) };
    await expect(writePairDistances(half, at('d.npy'))).rejects.toMatchObject({ code: 'PAIRS_INVALID' });
  });

  it('in 32 bits are as short as they can be', async () => {
    const values = Float64Array.from({ length: 300 }, (_, i) => Math.fround(Math.sin(i) ** 2 * 10 ** ((i % 9) - 6)));
    const each = new Uint32Array(600);
    await writePairDistances({ sampleIds, pairs: each, distances: values }, at('n.tsv'), { precision: 'f32' });
    const written = (await text('n.tsv'))
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t')[2]!);
    expect(written.map((cell) => Math.fround(Number(cell)))).toEqual([...values]);
    expect(Math.max(...written.map((cell) => cell.replace(/^0\.0*|e.*/g, '').length))).toBeLessThanOrEqual(10);
  });

  it.skipIf(!hasNumPy)('and blocks are read by NumPy and h5py, where they are installed', async () => {
    for (const file of ['q.npy', 'q.npz', 'q.h5']) await writePairDistances({ sampleIds, pairs, distances }, at(file));
    const block = { sampleIds, referenceIds: ['b'], referenceCount: 1, distances: Float64Array.of(1, 0, 3) };
    for (const file of ['r.npy', 'r.npz', 'r.h5']) await writeReferenceDistances(block, at(file));
    const script = `import h5py, numpy as np
z, h, n = np.load('q.npz', allow_pickle=False), h5py.File('q.h5'), np.load('q.npy', allow_pickle=False)
assert [i.decode() for i in h['sample_a'][:]] == list(z['sample_a']) == ['a', 'c "1"']
assert list(z['sample_b']) == ['b', 'a']
for d in (z['distances'], h['distances'][:], n): assert d.shape == (2,) and d[0] == 0.1 and np.isnan(d[1])
z, h, n = np.load('r.npz', allow_pickle=False), h5py.File('r.h5'), np.load('r.npy', allow_pickle=False)
for d in (z['stripe_distances'], h['stripe_distances'][:], n): assert d.tolist() == [[1], [0], [3]]
assert list(z['reference_ids']) == ['b'] and [i.decode() for i in h['order'][:]] == list(z['ids'])
print('read')`;
    const { stdout } = await run(python, ['-c', script], { cwd: folder });
    expect(stdout).toBe('read\n');
  });
});
