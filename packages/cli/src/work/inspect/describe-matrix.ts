// What is in a distance matrix.
import { readDistanceMatrix } from '@seq/unifrac';
import type { Description } from '../inspect-file.js';
import { spread } from './spread.js';

/** Samples and the range of their distances; of several results in one file, the one of this number. */
export async function describeMatrix(path: string, resultIndex?: number): Promise<Description> {
  const matrix = await readDistanceMatrix(path, { resultIndex });
  return [
    ['kind', 'distance matrix'],
    ['samples', matrix.ids.length],
    ['distances', spread(matrix.condensed)],
  ];
}
