// Distances between named samples in condensed form. Knows no file and no metric.
import { firstFew, quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { SquareToCondensed } from './square-to-condensed.js';

/** Options of {@link DistanceMatrix.fromSquare}. */
export interface FromSquareOptions {
  /** Largest difference between a distance and its mirror image, and largest distance on the diagonal. Default 1e-6. */
  readonly tolerance?: number | undefined;
}

/**
 * A symmetric matrix of distances with a zero diagonal, shape [N, N], as its upper triangle row by row: N(N-1)/2 numbers in
 * the order (0,1), (0,2), ..., (1,2), ..., which is that of SciPy's `squareform`.
 *
 * Ids are unique. Distances are >= 0, or NaN where they are not defined.
 */
export class DistanceMatrix {
  /** Names of the N samples. */
  readonly ids: readonly string[];
  /** The upper triangle, row by row. Do not write into it. */
  readonly condensed: Float64Array;
  readonly #positions: ReadonlyMap<string, number>;

  /**
   * @throws SeqError `MATRIX_INVALID` if an id repeats, the number of distances does not fit, or a distance is negative or
   *   infinite.
   */
  constructor(ids: readonly string[], condensed: Float64Array) {
    this.ids = ids;
    this.condensed = condensed;
    this.#positions = new Map(ids.map((id, position) => [id, position]));
    if (this.#positions.size !== ids.length) {
      const repeated = ids.filter((id, position) => this.#positions.get(id) !== position);
      invalid(`${repeated.length} sample id(s) occur again (first: ${firstFew(repeated, 3)}). Make them unique.`);
    }
    const wanted = (ids.length * (ids.length - 1)) / 2;
    if (condensed.length !== wanted) {
      invalid(`${ids.length} samples have ${wanted} distances, but there are ${condensed.length}.`);
    }
    const wrong = firstOutOfRange(condensed);
    if (wrong >= 0) invalid(`${this.#pairAt(wrong)} are ${condensed[wrong]} apart; distances are finite and >= 0.`);
  }

  /**
   * The matrix of a full square, row by row.
   *
   * @throws SeqError `MATRIX_INVALID`, as the constructor, or if the square is not symmetric or its diagonal not zero.
   */
  static fromSquare(
    ids: readonly string[],
    square: ArrayLike<number>,
    { tolerance = 1e-6 }: FromSquareOptions = {},
  ): DistanceMatrix {
    const size = ids.length;
    if (square.length !== size * size) invalid(`${size} samples need ${size} rows of ${size} distances.`);
    const rows = new SquareToCondensed(ids, tolerance);
    rows.add(square);
    return new DistanceMatrix(ids, rows.condensed);
  }

  /** N, how many samples the matrix has. */
  get size(): number {
    return this.ids.length;
  }

  /** Row of a sample, or undefined if there is none of this id. */
  indexOf(id: string): number | undefined {
    return this.#positions.get(id);
  }

  /** Distance of two samples, by row; 0 for a sample and itself. */
  get(i: number, j: number): number {
    const { size } = this;
    if (!(i >= 0 && i < size && j >= 0 && j < size)) {
      throw unifracError('SAMPLE_UNKNOWN', `DistanceMatrix.get: there is no pair (${i}, ${j}) among ${size} samples.`);
    }
    if (i === j) return 0;
    const [low, high] = i < j ? [i, j] : [j, i];
    return this.condensed[low * size - (low * (low + 1)) / 2 + (high - low - 1)]!;
  }

  /**
   * The matrix of some samples, in the given order.
   *
   * @throws SeqError `SAMPLE_UNKNOWN` with every id that the matrix does not have, counted and the first few named.
   */
  select(ids: readonly string[]): DistanceMatrix {
    const unknown = ids.filter((id) => !this.#positions.has(id));
    if (unknown.length > 0) {
      throw unifracError(
        'SAMPLE_UNKNOWN',
        `DistanceMatrix.select: ${unknown.length} of ${ids.length} samples are not in the matrix of ${this.size} ` +
          `(first: ${firstFew(unknown, 10)}).`,
        { details: { unknownCount: unknown.length, first: unknown.slice(0, 10) } },
      );
    }
    const rows = Uint32Array.from(ids, (id) => this.#positions.get(id)!);
    const condensed = new Float64Array((ids.length * (ids.length - 1)) / 2);
    let next = 0;
    for (let i = 0; i < rows.length; i++) {
      for (let j = i + 1; j < rows.length; j++) condensed[next++] = this.get(rows[i]!, rows[j]!);
    }
    return new DistanceMatrix(ids, condensed);
  }

  /** The full square, row by row, N * N numbers. */
  toSquare(): Float64Array {
    const { size } = this;
    const square = new Float64Array(size * size);
    let next = 0;
    for (let row = 0; row < size; row++) {
      for (let column = row + 1; column < size; column++) {
        const distance = this.condensed[next++]!;
        square[row * size + column] = distance;
        square[column * size + row] = distance;
      }
    }
    return square;
  }

  #pairAt(position: number): string {
    let row = 0;
    let left = position;
    for (let width = this.size - 1; left >= width; width--) {
      left -= width;
      row += 1;
    }
    return `${quoted(this.ids[row]!)} and ${quoted(this.ids[row + 1 + left]!)}`;
  }
}

function firstOutOfRange(distances: Float64Array): number {
  for (let i = 0; i < distances.length; i++) {
    if (distances[i]! < 0 || distances[i] === Number.POSITIVE_INFINITY) return i;
  }
  return -1;
}

function invalid(found: string): never {
  throw unifracError('MATRIX_INVALID', `DistanceMatrix: ${found}`);
}
