// The class with the highest score, per row.

/**
 * Index of the largest value of each row; the first of equal ones.
 *
 * @param values - row-major, `width` values a row.
 * @param width - length of a row, at least 1.
 */
export function argmaxRows(values: ArrayLike<number>, width: number): Int32Array {
  const best = new Int32Array(values.length / width);
  for (let row = 0; row < best.length; row++) {
    for (let i = 1; i < width; i++) {
      if (values[row * width + i]! > values[row * width + best[row]!]!) best[row] = i;
    }
  }
  return best;
}
