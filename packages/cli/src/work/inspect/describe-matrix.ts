// What is in a distance matrix.
import { readDistanceMatrix } from '@seq/unifrac';
import type { Description } from '../inspect-file.js';
import { spread } from './spread.js';

/** Samples and the range of their distances. */
export async function describeMatrix(path: string): Promise<Description> {
  const matrix = await readDistanceMatrix(path);
  return [
    ['kind', 'distance matrix'],
    ['samples', matrix.ids.length],
    ['distances', spread(matrix.condensed)],
  ];
}
