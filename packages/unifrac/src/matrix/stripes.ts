// The square as stripes, the order in which `ssu` computes and stores partial results. Knows no file.
import { unifracError } from '../errors.js';
import { DistanceMatrix } from './distance-matrix.js';

/** How many stripes the distances of N samples make: N / 2, rounded up, as `ssu` counts them. */
export function stripeCount(sampleCount: number): number {
  return Math.ceil(sampleCount / 2);
}

/**
 * The distances of a matrix as stripes, shape [S, N] with S = {@link stripeCount}: element k of stripe s is the distance of
 * samples k and (k + s + 1) mod N. The last stripe holds pairs that stand elsewhere, too: for an even N each of its pairs
 * twice, for an odd N those of the stripe before it.
 */
export function stripesOf(matrix: DistanceMatrix): Float64Array<ArrayBuffer> {
  const { size } = matrix;
  const count = stripeCount(size);
  const stripes = new Float64Array(count * size);
  for (let stripe = 0; stripe < count; stripe++) {
    for (let k = 0; k < size; k++) stripes[stripe * size + k] = matrix.get(k, (k + stripe + 1) % size);
  }
  return stripes;
}

/**
 * The matrix of all its stripes, shape [S, N]; the inverse of {@link stripesOf}.
 *
 * @throws SeqError `MATRIX_INVALID` if the numbers do not make S stripes of N, or a pair that stands twice differs.
 */
export function matrixOfStripes(ids: readonly string[], stripes: Float64Array): DistanceMatrix {
  const size = ids.length;
  const count = stripeCount(size);
  if (stripes.length !== count * size) refuse(`${stripes.length} distances are no ${count} stripes of ${size}`);
  const condensed = new Float64Array((size * (size - 1)) / 2);
  let next = 0;
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      // Around the circle of samples, the shorter way from one to the other.
      const [stripe, k] = j - i <= count ? [j - i - 1, i] : [size - (j - i) - 1, j];
      condensed[next++] = stripes[stripe * size + k]!;
    }
  }
  const matrix = new DistanceMatrix(ids, condensed);
  for (const [at, distance] of stripesOf(matrix).entries()) {
    if (!Object.is(distance, stripes[at]))
      refuse(`${stripes[at]} in stripe ${Math.floor(at / size)} stands elsewhere as ${distance}`);
  }
  return matrix;
}

function refuse(found: string): never {
  throw unifracError('MATRIX_INVALID', `matrixOfStripes: ${found}.`);
}
