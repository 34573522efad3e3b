// Rows of numbers that are mostly zero, and the same numbers by column. Knows no samples and no features by name.

/** A matrix by row: only what is not zero is stored. */
export interface SparseRows {
  /** Columns of the matrix. */
  readonly columnCount: number;
  /** Entries of row r are at `rowOffsets[r]` to `rowOffsets[r + 1]`; one more element than rows. */
  readonly rowOffsets: Uint32Array;
  /** Column of each entry, ascending within a row. */
  readonly columns: Uint32Array;
  /** Value of each entry, finite and not 0. */
  readonly values: Float64Array;
}

/** The entries of a matrix by column, within a column by ascending value, then row. */
export interface SortedColumns {
  readonly columnCount: number;
  readonly rowCount: number;
  /** Column, row and value of each entry. */
  readonly columns: Uint32Array;
  readonly rows: Uint32Array;
  readonly values: Float64Array;
}

/** Sorts the entries of a matrix by column and value. */
export function sortColumns(matrix: SparseRows): SortedColumns {
  const { columnCount, rowOffsets } = matrix;
  const rowCount = rowOffsets.length - 1;
  const rowOf = new Uint32Array(matrix.columns.length);
  for (let row = 0; row < rowCount; row++) rowOf.fill(row, rowOffsets[row]!, rowOffsets[row + 1]!);
  const order = Uint32Array.from(rowOf, (_row, entry) => entry).sort(
    (a, b) => matrix.columns[a]! - matrix.columns[b]! || matrix.values[a]! - matrix.values[b]! || a - b,
  );
  return {
    columnCount,
    rowCount,
    columns: Uint32Array.from(order, (entry) => matrix.columns[entry]!),
    rows: Uint32Array.from(order, (entry) => rowOf[entry]!),
    values: Float64Array.from(order, (entry) => matrix.values[entry]!),
  };
}
