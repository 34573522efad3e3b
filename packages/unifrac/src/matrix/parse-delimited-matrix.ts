// Text of a matrix with ids to distances: a square, or samples by references. Knows no file.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import type { Delimiter } from './delimited-line.js';
import { delimitedTable } from './delimited-rows.js';
import { DistanceMatrix } from './distance-matrix.js';
import type { ReferenceDistances } from './read-reference-distances.js';
import type { RowProgress } from './write-distance-matrix.js';

/** How a text is read. */
export interface ParseDelimitedOptions {
  /** Ends the reading. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how many rows are read. Default: nobody. */
  readonly onProgress?: ((progress: RowProgress) => void) | undefined;
}

/** Numbers that are read before others get their turn. */
const numbersPerTurn = 200_000;

/** Lets others have their turn after some rows, and ends if nobody waits for them any more. */
async function turn(row: number, columns: number, { signal }: ParseDelimitedOptions): Promise<boolean> {
  if (row % Math.ceil(numbersPerTurn / columns) !== 0) return false;
  await nextTurn();
  signal?.throwIfAborted();
  return true;
}

/**
 * The square matrix of a text, see {@link delimitedTable}. Columns may come in another order than rows; they are matched by id.
 */
export async function parseDelimitedMatrix(
  name: string,
  bytes: Uint8Array,
  delimiter: Delimiter,
  options: ParseDelimitedOptions = {},
): Promise<DistanceMatrix> {
  const { columnIds, rows, malformed } = delimitedTable(name, bytes, delimiter, 'square distance matrix');
  const size = columnIds.length;
  const columnOf = new Map(columnIds.map((id, column) => [id, column]));
  // A distance takes two bytes at least; room for more than there can be is not set aside.
  if (size > 1_000 && bytes.length < 2 * size * size) {
    malformed(`its ${bytes.length} bytes cannot hold ${size} rows of ${size}; it may be cut off`);
  }
  const rowIds: string[] = [];
  const byColumn = new Float64Array(size * size);
  for (const { id, numbers } of rows) {
    if (rowIds.length === size) malformed(`it has more rows than the ${size} columns`);
    if (!columnOf.has(id)) malformed(`row ${quoted(id)} has no column of that name`);
    byColumn.set(numbers, rowIds.length * size);
    rowIds.push(id);
    if (await turn(rowIds.length, size, options)) {
      options.onProgress?.({ rowsDone: rowIds.length, rowsTotal: size });
    }
  }
  if (rowIds.length !== size) malformed(`it has ${rowIds.length} rows for ${size} columns; it may be cut off`);
  options.onProgress?.({ rowsDone: size, rowsTotal: size });
  return inRowOrder(name, rowIds, columnOf, byColumn);
}

/** Samples by references of a text; a row that stands twice is refused. */
export async function parseDelimitedBlock(
  name: string,
  bytes: Uint8Array,
  delimiter: Delimiter,
  options: ParseDelimitedOptions = {},
): Promise<ReferenceDistances> {
  const { columnIds, rows, malformed } = delimitedTable(name, bytes, delimiter, 'block of distances to references');
  const found = new Map<string, Float64Array>();
  for (const { id, numbers } of rows) {
    if (found.has(id)) malformed(`row ${quoted(id)} stands twice`);
    found.set(id, numbers);
    await turn(found.size, columnIds.length, options);
  }
  const referenceCount = columnIds.length;
  const distances = new Float64Array(found.size * referenceCount);
  [...found.values()].forEach((numbers, row) => {
    distances.set(numbers, row * referenceCount);
  });
  return { sampleIds: [...found.keys()], referenceIds: columnIds, referenceCount, distances };
}

function inRowOrder(
  name: string,
  rowIds: readonly string[],
  columnOf: ReadonlyMap<string, number>,
  byColumn: Float64Array,
): DistanceMatrix {
  const size = rowIds.length;
  const columns = rowIds.map((id) => columnOf.get(id)!);
  const square = columns.every((column, row) => column === row)
    ? byColumn
    : Float64Array.from(byColumn, (_, cell) => byColumn[cell - (cell % size) + columns[cell % size]!]!);
  try {
    return DistanceMatrix.fromSquare(rowIds, square);
  } catch (cause) {
    throw unifracError('MATRIX_INVALID', `${quoted(name)}: ${(cause as Error).message}`, {
      details: { path: name },
      cause,
    });
  }
}
