import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alignDistanceMatrix,
  DistanceMatrix,
  readDistanceMatrix,
  type SampleMatch,
  writeDistanceMatrix,
} from '../src/index.js';

const folder = await mkdtemp(join(tmpdir(), 'seq-unifrac-matrix-'));
const three = new DistanceMatrix(['a', 'b', 'c'], Float64Array.of(0.1, 0.2, 0.3));

async function written(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe('DistanceMatrix', () => {
  it('gives distances by row in either order, and the square', () => {
    expect([three.get(0, 1), three.get(2, 0), three.get(1, 2), three.get(1, 1)]).toEqual([0.1, 0.2, 0.3, 0]);
    expect([...three.toSquare()]).toEqual([0, 0.1, 0.2, 0.1, 0, 0.3, 0.2, 0.3, 0]);
    expect([three.size, three.indexOf('c'), three.indexOf('d')]).toEqual([3, 2, undefined]);
    expect(() => three.get(0, 3)).toThrowError(expect.objectContaining({ code: 'SAMPLE_UNKNOWN' }));
  });

  it('selects samples in the asked order and names those it lacks', () => {
    const selected = three.select(['c', 'a']);
    expect([selected.ids, ...selected.condensed]).toEqual([['c', 'a'], 0.2]);
    expect(() => three.select(['x', 'a', 'y'])).toThrowError(/2 of 3 samples .* \(first: "x", "y"\)/);
  });

  it('refuses wrong sizes, repeated ids, negative and infinite distances, squares that are not symmetric', () => {
    const invalid = expect.objectContaining({ code: 'MATRIX_INVALID' });
    expect(() => new DistanceMatrix(['a', 'b'], Float64Array.of(1, 2))).toThrowError(invalid);
    expect(() => new DistanceMatrix(['a', 'a'], Float64Array.of(1))).toThrowError(/first: "a"/);
    expect(() => new DistanceMatrix(['a', 'b', 'c'], Float64Array.of(1, 2, -3))).toThrowError(
      /"b" and "c" are -3 apart/,
    );
    expect(() => new DistanceMatrix(['a', 'b'], Float64Array.of(Number.POSITIVE_INFINITY))).toThrowError(invalid);
    expect(() => DistanceMatrix.fromSquare(['a', 'b'], [0, 1, 2, 0])).toThrowError(/1 apart in one triangle and 2/);
    expect(() => DistanceMatrix.fromSquare(['a', 'b'], [0, 1, 1, 0.5])).toThrowError(/"b" is 0.5 apart from itself/);
    expect(() => DistanceMatrix.fromSquare(['a', 'b'], [0, 1, 1])).toThrowError(invalid);
    expect(DistanceMatrix.fromSquare([], []).size).toBe(0);
  });
});

describe('writeDistanceMatrix', () => {
  it('writes what readDistanceMatrix reads, to the last bit, for any matrix', async () => {
    const id = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((text) => !/[\t\r\n]/.test(text) && !text.startsWith('#'));
    const distances = fc.array(fc.double({ min: 0, max: 1e300, noNaN: false }), { minLength: 15, maxLength: 15 });
    const ids = fc.uniqueArray(id, { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(ids, distances, fc.constantFrom('m.tsv', 'm.csv'), async (names, values, file) => {
        const matrix = new DistanceMatrix(names, Float64Array.from(values));
        await writeDistanceMatrix(matrix, join(folder, file));
        const again = await readDistanceMatrix(join(folder, file));
        expect(again.ids).toEqual(names);
        expect(again.condensed).toEqual(matrix.condensed);
      }),
      { numRuns: 60 },
    );
  });

  it('writes the square form that other tools read', async () => {
    const path = join(folder, 'three.tsv');
    await writeDistanceMatrix(three, path);
    expect(await readFile(path, 'utf8')).toBe('\ta\tb\tc\na\t0\t0.1\t0.2\nb\t0.1\t0\t0.3\nc\t0.2\t0.3\t0\n');
  });

  it('refuses what it cannot write and leaves nothing behind', async () => {
    await expect(writeDistanceMatrix(three, join(folder, 'x.xlsx'))).rejects.toMatchObject({
      code: 'FILE_FORMAT_UNKNOWN',
    });
    await expect(writeDistanceMatrix(three, join(folder, 'x.tsv.gz'))).rejects.toMatchObject({
      code: 'FILE_FORMAT_UNKNOWN',
    });
    await expect(writeDistanceMatrix(three, join(folder, 'no', 'x.tsv'))).rejects.toMatchObject({
      code: 'FILE_NOT_WRITTEN',
    });
    const tab = new DistanceMatrix(['a\tb'], new Float64Array(0));
    await expect(writeDistanceMatrix(tab, join(folder, 'x.tsv'))).rejects.toMatchObject({ code: 'MATRIX_INVALID' });
    expect((await readdir(folder)).filter((name) => name.includes('partial') || name.startsWith('x'))).toEqual([]);
  });
});

describe('readDistanceMatrix', () => {
  it('matches columns to rows by id, and reads gzip, carriage returns, comments and quotes', async () => {
    const text = '# made by hand\r\nids,b,"a,1"\r\n"a,1",0.5,0\r\nb,0,.5\r\n\r\n';
    const matrix = await readDistanceMatrix(await written('mixed.csv.gz', gzipSync(text)));
    expect([matrix.ids, ...matrix.condensed]).toEqual([['a,1', 'b'], 0.5]);
    const marked = await readDistanceMatrix(
      await written('marked.tsv', '\ufeff# by a spreadsheet\n\ta\tb\na\t0\t2\nb\t2\t0\n'),
    );
    expect([marked.ids, ...marked.condensed]).toEqual([['a', 'b'], 2]);
  });

  it('gives wanted samples in the wanted order and says what did not fit', async () => {
    const path = await written('align.tsv', '\ta\tb\tc\na\t0\t1\t2\nb\t1\t0\t3\nc\t2\t3\t0\n');
    const seen: SampleMatch[] = [];
    const onMismatch = (match: SampleMatch): number => seen.push(match);
    const matrix = await readDistanceMatrix(path, { sampleIds: ['c', 'a'], onMismatch });
    expect([matrix.ids, ...matrix.condensed]).toEqual([['c', 'a'], 2]);
    await expect(readDistanceMatrix(path, { sampleIds: ['c', 'x'] })).rejects.toThrowError(/1 of 2 samples .*"x"/);
    await readDistanceMatrix(path, { sampleIds: ['c', 'x'], missingSamples: 'drop', onMismatch });
    expect(seen).toEqual([
      { missingIds: [], extraIds: ['b'] },
      { missingIds: ['x'], extraIds: ['a', 'b'] },
    ]);
    const disjoint = readDistanceMatrix(path, { sampleIds: ['x', 'y'], missingSamples: 'drop' });
    await expect(disjoint).rejects.toMatchObject({ code: 'SAMPLE_UNKNOWN' });
  });

  it('sets no room aside for rows that a file cannot hold', async () => {
    const header = Array.from({ length: 300_000 }, (_, i) => `\ts${i}`).join('');
    const reading = readDistanceMatrix(await written('wide.tsv', `${header}\ns0\t0\n`));
    await expect(reading).rejects.toThrowError(/bytes cannot hold 300000 rows of 300000; it may be cut off/);
  });

  it('refuses files that are no such matrix, with the reason', async () => {
    const refused = async (text: string, reason: RegExp): Promise<void> => {
      const reading = readDistanceMatrix(await written('bad.tsv', text));
      await expect(reading, text).rejects.toThrowError(reason);
    };
    await refused('', /it is empty/);
    await refused('id\n', /no sample ids/);
    await refused('\ta\ta\n', /repeats sample ids \(first: "a"\)/);
    await refused('\ta\tb\na\t0\t1\n', /1 rows for 2 columns/);
    await refused('\ta\tb\na\t0\n', /row of "a" \(number 2\) has 1 distances, not 2/);
    await refused('\ta\na\t0\na\t0\n', /more rows than/);
    await refused('\ta\tb\na\t0\t1\nx\t1\t0\n', /row "x" has no column/);
    await refused('\ta\tb\na\t0\tone\nb\t1\t0\n', /distance of "a" and "b" is "one"/);
    await refused('\ta\tb\na\t0\t\nb\t1\t0\n', /is "", not a number/);
    for (const odd of ['0x1', '0b1', '0o7', '1_0', '1e', '1.2.3', 'Infinity', '1,5']) {
      await refused(`\ta\tb\na\t0\t${odd}\nb\t1\t0\n`, new RegExp(`is "${odd}", not a number`));
    }
    await refused('\ta\tb\na\t0\t1\nb\t2\t0\n', /1 apart in one triangle and 2/);
    await refused('\ta\tb\na\tnan\t1\nb\t1\t0\n', /sample "a" is NaN apart from itself, not 0/);
    await refused('\ta\tb\na\t0\tnan\nb\t2\t0\n', /NaN apart in one triangle and 2/);
    await refused('\ta\tb\na\t0\t1\nb\tnan\t0\n', /1 apart in one triangle and NaN/);
    await refused('\ta\tb\na\t0\t1\na\t0\t1\n', /repeat|occur again/);
    await expect(readDistanceMatrix(await written('bad.csv', '"a,b\n'))).rejects.toThrowError(/quote in line 1/);
    await expect(readDistanceMatrix(await written('x.doc', ''))).rejects.toMatchObject({ code: 'FILE_FORMAT_UNKNOWN' });
    await expect(readDistanceMatrix(join(folder, 'absent.tsv'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(readDistanceMatrix(await written('latin.tsv', Uint8Array.of(9, 0xe9, 10)))).rejects.toThrowError(
      /UTF-8/,
    );
  });
});

describe('alignDistanceMatrix', () => {
  it('gives the same matrix when nothing changes', () => {
    expect(alignDistanceMatrix(three, ['a', 'b', 'c']).matrix).toBe(three);
    expect(alignDistanceMatrix(three, ['b', 'a', 'c']).matrix.ids).toEqual(['b', 'a', 'c']);
  });
});
