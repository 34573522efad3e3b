// Takes the rows of a square, block after block, checks it, and keeps one triangle. Knows no file.
import { quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { rowStart } from './distance-rows.js';

/**
 * Collects a square of distances row by row.
 *
 * The rows may be any part of the square, cut where the caller likes; both triangles are compared as soon as both are there.
 */
export class SquareToCondensed {
  /** The upper triangle, row by row; whole when all rows were added. */
  readonly condensed: Float64Array<ArrayBuffer>;
  readonly #ids: readonly string[];
  readonly #tolerance: number;
  #rows = 0;

  /** `tolerance` is the largest difference between mirrored distances, and the largest distance on the diagonal. */
  constructor(ids: readonly string[], tolerance: number) {
    this.#ids = ids;
    this.#tolerance = tolerance;
    this.condensed = new Float64Array((ids.length * (ids.length - 1)) / 2);
  }

  /**
   * Adds whole rows, which follow those added before.
   *
   * @throws SeqError `MATRIX_INVALID` for a diagonal that is not 0 or mirrored distances that differ.
   */
  add(block: ArrayLike<number>): void {
    const size = this.#ids.length;
    const first = this.#rows;
    const end = first + (size === 0 ? 0 : block.length / size);
    for (let row = first; row < end; row++) {
      const own = (row - first) * size;
      const distance = block[own + row]!;
      if (!(Math.abs(distance) <= this.#tolerance)) this.#refuseDiagonal(row, distance);
      const from = rowStart(size, row) - row - 1;
      for (let column = row + 1; column < size; column++) this.condensed[from + column] = block[own + column]!;
    }
    // By row of the triangle, so that neighbours in memory are compared one after the other.
    for (let above = 0; above < end; above++) {
      const from = rowStart(size, above) - above - 1;
      for (let row = Math.max(first, above + 1); row < end; row++) {
        const mirrored = block[(row - first) * size + above]!;
        const distance = this.condensed[from + row]!;
        if (!(Math.abs(distance - mirrored) <= this.#tolerance))
          this.#requireBothMissing(above, row, distance, mirrored);
      }
    }
    this.#rows = end;
  }

  #refuseDiagonal(row: number, distance: number): never {
    return invalid(`sample ${quoted(this.#ids[row]!)} is ${distance} apart from itself, not 0.`);
  }

  #requireBothMissing(above: number, row: number, distance: number, mirrored: number): void {
    if (Number.isNaN(distance) && Number.isNaN(mirrored)) return;
    const pair = `${quoted(this.#ids[above]!)} and ${quoted(this.#ids[row]!)}`;
    invalid(`${pair} are ${distance} apart in one triangle and ${mirrored} in the other.`);
  }
}

function invalid(found: string): never {
  throw unifracError('MATRIX_INVALID', `DistanceMatrix: ${found}`);
}
