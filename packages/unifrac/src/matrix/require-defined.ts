// Refuses matrices with distances that are not defined. Knows not what needs them.
import { quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import type { DistanceMatrix } from './distance-matrix.js';

/** Refuses a matrix in which some pair has no distance, with the count and the first pair. */
export function requireDefined(asked: string, matrix: DistanceMatrix): void {
  const undefinedCount = matrix.condensed.reduce((count, distance) => count + (Number.isNaN(distance) ? 1 : 0), 0);
  if (undefinedCount === 0) return;
  let position = 0;
  for (let row = 0; row < matrix.size; row++) {
    for (let column = row + 1; column < matrix.size; column++) {
      if (!Number.isNaN(matrix.condensed[position++])) continue;
      const pair = `${quoted(matrix.ids[row]!)} and ${quoted(matrix.ids[column]!)}`;
      throw unifracError(
        'MATRIX_INVALID',
        `${asked}: ${undefinedCount} of ${matrix.condensed.length} distances are NaN (first: ${pair}). ` +
          'Leave out the samples without reads.',
        { details: { undefinedCount } },
      );
    }
  }
}
