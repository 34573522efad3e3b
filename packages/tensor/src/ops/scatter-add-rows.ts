// Sums of rows by their destination.
import { requireInteger } from '../argument-checks.js';
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/** Options of {@link scatterAddRows}. */
export interface ScatterAddRowsOptions {
  /** Number of rows of the result. */
  readonly rowCount: number;
}

/**
 * Row r of the result is the sum of all rows i of `x` with `indices[i]` = r, added up in order; 0 where there is none.
 * Sums over sets of different sizes, for example.
 *
 * @param x - floats, [T, ...].
 * @param indices - T numbers, each below `rowCount`.
 * @returns [rowCount, ...].
 * @throws SeqError `TENSOR_INDEX` naming the first index outside, `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_VALUE`,
 * `TENSOR_DISPOSED`
 */
export function scatterAddRows(x: Tensor, indices: Uint32Array, { rowCount }: ScatterAddRowsOptions): Tensor {
  requireInteger('scatterAddRows', 'rowCount', rowCount);
  return apply('scatterAddRows', [x], (addon, [x]) => addon.scatterAddRows(x, indices, rowCount));
}
