import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { codeOf, rowsOf } from '../../test/fixtures.js';
import { Hdf5File } from '../hdf5/hdf5-file.js';
import { readFeatureTable } from './read-feature-table.js';

const folder = fileURLToPath(new URL('../../test/hdf5/biom/', import.meta.url));
const files = readdirSync(folder).map((name) => basename(name, '.biom'));
const unread = 'filter-unknown';

const count = (s: number, f: number): number => ((7 * s + 3 * f) % 4 === 0 ? (s * f) % 11 : 0);
const root = (s: number, f: number): number => (count(s, f) > 0 ? Math.sqrt(1 + 15 * s + f) : 0);
const rows = (value: (s: number, f: number) => number): number[][] =>
  Array.from({ length: 12 }, (_, s) => Array.from({ length: 15 }, (_, f) => value(s, f)));

it.each(files.filter((name) => name !== unread))('reads the table written as %s', async (name) => {
  const table = await readFeatureTable(`${folder}/${name}.biom`);
  expect(table.sampleIds).toEqual(Array.from({ length: 12 }, (_, i) => `sample ${i}`));
  expect(table.featureIds).toEqual(Array.from({ length: 15 }, (_, i) => `feature ${i}`));
  expect(rowsOf(table)).toEqual(rows(name === 'lzf-left-out' ? root : count));
});

it('there is a file of every kind', () => {
  expect(files).toHaveLength(23);
});

it.each(['lzf', 'lzf-shuffle', 'lzf-left-out', 'gzip-shuffle', 'int64'])(
  'reads %s without the library',
  async (name) => {
    await using file = await Hdf5File.open(`${folder}/${name}.biom`);
    for (const set of ['data', 'indices', 'indptr']) await file.numbers((await file.describe(`sample/matrix/${set}`))!);
    expect(file.isDirect).toBe(true);
  },
);

it('names the way out where a file is packed by a filter that nothing here knows', async () => {
  const path = `${folder}/${unread}.biom`;
  expect(await codeOf(() => readFeatureTable(path))).toBe('FILE_MALFORMED');
  await expect(readFeatureTable(path)).rejects.toThrow(/by an HDF5 filter that is not known here.*h5repack -f GZIP=4/);
});
