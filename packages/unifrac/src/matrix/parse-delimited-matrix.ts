// Text of a square matrix with ids to a distance matrix. Knows no file.
import { firstFew, quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { type Delimiter, splitLine } from './delimited-line.js';
import { DistanceMatrix } from './distance-matrix.js';

/**
 * The matrix of a text: a line of ids after an empty or named first cell, then one line per sample with its id first.
 * Columns may come in another order than rows; they are matched by id. Lines that start with `#` before the first, and empty lines
 * at the end, are skipped.
 */
export function parseDelimitedMatrix(name: string, bytes: Uint8Array, delimiter: Delimiter): DistanceMatrix {
  const lines = textLines(name, bytes);
  let header = lines.next();
  while (!header.done && header.value.startsWith('#') && !header.value.includes(delimiter)) header = lines.next();
  if (header.done || header.value === '') malformed(name, 'it is empty');
  const columnIds = cellsOf(name, header.value, 1, delimiter).slice(1);
  const size = columnIds.length;
  const columnOf = new Map(columnIds.map((id, column) => [id, column]));
  if (size === 0) malformed(name, 'its first line has no sample ids');
  if (columnOf.size !== size) {
    malformed(name, `its first line repeats sample ids (first: ${firstFew(repeated(columnIds), 3)})`);
  }
  // A distance takes two bytes at least; room for more than there can be is not set aside.
  if (size > 1_000 && bytes.length < 2 * size * size) {
    malformed(name, `its ${bytes.length} bytes cannot hold ${size} rows of ${size}; it may be cut off`);
  }
  const rowIds: string[] = [];
  const byColumn = new Float64Array(size * size);
  for (const line of lines) {
    if (line === '') continue;
    const number = rowIds.length + 2;
    const cells = cellsOf(name, line, number, delimiter);
    const id = cells[0]!;
    if (cells.length !== size + 1) {
      malformed(name, `the row of ${quoted(id)} (number ${number}) has ${cells.length - 1} distances, not ${size}`);
    }
    if (rowIds.length === size) malformed(name, `it has more rows than the ${size} columns`);
    if (!columnOf.has(id)) malformed(name, `row ${quoted(id)} has no column of that name`);
    for (let column = 0; column < size; column++) {
      byColumn[rowIds.length * size + column] = distanceOf(name, cells[column + 1]!, id, columnIds[column]!);
    }
    rowIds.push(id);
  }
  if (rowIds.length !== size) malformed(name, `it has ${rowIds.length} rows for ${size} columns; it may be cut off`);
  return inRowOrder(name, rowIds, columnOf, byColumn);
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

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.has(id) || !seen.add(id));
}

function cellsOf(name: string, line: string, number: number, delimiter: Delimiter): string[] {
  return splitLine(line, delimiter) ?? malformed(name, `a quote in line ${number} never ends`);
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function distanceOf(name: string, cell: string, row: string, column: string): number {
  const text = cell.trim();
  if (NUMBER.test(text)) return Number(text);
  if (/^nan$/i.test(text)) return Number.NaN;
  return malformed(name, `the distance of ${quoted(row)} and ${quoted(column)} is ${quoted(cell)}, not a number`);
}

/** Lines without their ends, decoded one by one so that the text need not fit one string. */
function* textLines(name: string, bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (start < bytes.length) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed;
    const last = end > start && bytes[end - 1] === 0x0d ? end - 1 : end;
    let line: string;
    try {
      line = decoder.decode(bytes.subarray(start, last));
    } catch {
      malformed(name, 'it is no UTF-8 text');
    }
    yield line;
    start = end + 1;
  }
}

/** Refuses a text that is no such matrix. */
function malformed(name: string, found: string): never {
  const message = `${quoted(name)} is no square distance matrix with ids: ${found}.`;
  throw unifracError('FILE_MALFORMED', message, { details: { path: name } });
}
