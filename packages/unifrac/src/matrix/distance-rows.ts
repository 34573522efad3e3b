// Rows of a square distance matrix, one block after the other, so that the square need not lie in memory. Knows no file.
import type { DistanceMatrix } from './distance-matrix.js';

/** Width of stored numbers: 32 or 64 bits. */
export type Precision = 'f32' | 'f64';

/** Numbers of either width. */
export type Numbers = Float32Array | Float64Array;

/** A square matrix of distances, shape [N, N], whose rows come in blocks. */
export interface DistanceRows {
  /** Names of the N samples. */
  readonly ids: readonly string[];
  /** Width of the numbers in the blocks. */
  readonly precision: Precision;
  /**
   * Blocks of whole rows, in order, together N rows of N numbers; `Float32Array` for `'f32'`, `Float64Array` for `'f64'`.
   * Gone through once. A block is not changed after it was given.
   */
  readonly blocks: Iterable<Numbers> | AsyncIterable<Numbers>;
}

/** Bytes of a block, about. */
const blockBytes = 4 * 2 ** 20;

/** How many rows of `columns` numbers make a block. */
export function rowsPerBlock(columns: number, bytesPerNumber: number): number {
  return Math.max(1, Math.floor(blockBytes / Math.max(1, columns * bytesPerNumber)));
}

/** An array of the given width. */
export function numbersOf(precision: Precision, length: number): Numbers {
  return precision === 'f32' ? new Float32Array(length) : new Float64Array(length);
}

/** The rows of a matrix, made one block at a time. */
export function rowsOfMatrix(matrix: DistanceMatrix, precision: Precision): DistanceRows {
  return { ids: matrix.ids, precision, blocks: blocksOf(matrix, precision) };
}

function* blocksOf({ condensed, size }: DistanceMatrix, precision: Precision): Generator<Numbers> {
  const step = rowsPerBlock(size, precision === 'f32' ? 4 : 8);
  for (let first = 0; first < size; first += step) {
    const end = Math.min(size, first + step);
    const block = numbersOf(precision, (end - first) * size);
    // Row `above` of the triangle holds its distances to the rows of the block side by side.
    for (let above = 0; above < first; above++) {
      let from = rowStart(size, above) + first - above - 1;
      for (let cell = above; cell < block.length; cell += size) block[cell] = condensed[from++]!;
    }
    for (let row = first; row < end; row++) {
      const start = rowStart(size, row);
      const own = (row - first) * size;
      block.set(condensed.subarray(start, start + size - row - 1), own + row + 1);
      for (let below = row + 1; below < end; below++)
        block[(below - first) * size + row] = condensed[start + below - row - 1]!;
    }
    yield block;
  }
}

/** Where the distances of a row to later ones begin in condensed form. */
export function rowStart(size: number, row: number): number {
  return row * size - (row * (row + 1)) / 2;
}

/** Where the distance of two rows, the first the smaller, lies in condensed form. */
export function pairPosition(size: number, row: number, column: number): number {
  return rowStart(size, row) + column - row - 1;
}
