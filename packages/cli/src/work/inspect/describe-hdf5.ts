// What is in an HDF5 file: a feature table, a distance matrix, a part of one, or several.
import { Hdf5File } from '@seq/data/files';
import { readDistancePart } from '@seq/unifrac';
import type { Description } from '../inspect-file.js';
import { describeMatrix } from './describe-matrix.js';
import { describeTable } from './describe-table.js';
import { spread } from './spread.js';

/** The description that fits the names in the file; a file of other names is described as a table, which refuses it. */
export async function describeHdf5(path: string): Promise<Description> {
  const names = await namesIn(path);
  const results = names.filter((name) => /^matrix:\d+$/.test(name));
  if (results.length > 1) return describeResults(path, results.length);
  if (names.includes('order') && (names.includes('matrix') || results.length === 1)) return describeMatrix(path);
  if (names.includes('order') && names.includes('rows') && names.includes('fingerprint')) return describePart(path);
  return describeTable(path);
}

async function namesIn(path: string): Promise<readonly string[]> {
  await using file = await Hdf5File.open(path);
  return (await file.names('/')) ?? [];
}

async function describeResults(path: string, count: number): Promise<Description> {
  const first = await describeMatrix(path, 0);
  return [...first, ['results', `${count}; told is number 0`]];
}

async function describePart(path: string): Promise<Description> {
  const { ids, firstRow, endRow, description, distances } = await readDistancePart(path);
  return [
    ['kind', 'part of a distance matrix'],
    ['samples', ids.length],
    ['rows', `${firstRow + 1} to ${endRow}`],
    ['computed with', description],
    ['distances', spread(distances)],
  ];
}
