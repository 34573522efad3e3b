// Rows of numbers with their ids in a text, below a line of the ids of columns. Knows no file and no symmetry.
import { firstFew, quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { type Delimiter, splitLine } from './delimited-line.js';

/** A line of numbers. */
export interface DelimitedRow {
  readonly id: string;
  /** One number per column. */
  readonly numbers: Float64Array;
}

/** A text as columns and rows. */
export interface DelimitedTable {
  readonly columnIds: readonly string[];
  /** Read as they are asked for, once. */
  readonly rows: Iterable<DelimitedRow>;
  /** Refuses the text for what was found. */
  readonly malformed: (found: string) => never;
}

/**
 * A text with a line of distinct ids after an empty or named first cell, then one line per row with its id first. Lines that
 * start with `#` before the first, and empty lines, are skipped.
 *
 * @param what - what the text should be, for errors.
 */
export function delimitedTable(name: string, bytes: Uint8Array, delimiter: Delimiter, what: string): DelimitedTable {
  const malformed = (found: string): never => {
    const message = `${quoted(name)} is no ${what} with ids: ${found}.`;
    throw unifracError('FILE_MALFORMED', message, { details: { path: name } });
  };
  const lines = textLines(bytes, malformed);
  const cellsOf = (line: string, number: number): string[] =>
    splitLine(line, delimiter) ?? malformed(`a quote in line ${number} never ends`);
  let header = lines.next();
  while (!header.done && header.value.startsWith('#') && !header.value.includes(delimiter)) header = lines.next();
  if (header.done || header.value === '') malformed('it is empty');
  const columnIds = cellsOf(header.value!, 1).slice(1);
  if (columnIds.length === 0) malformed('its first line has no sample ids');
  if (new Set(columnIds).size !== columnIds.length) {
    malformed(`its first line repeats sample ids (first: ${firstFew(repeated(columnIds), 3)})`);
  }
  function* rows(): Generator<DelimitedRow> {
    let number = 1;
    for (const line of lines) {
      if (line === '') continue;
      number += 1;
      const cells = cellsOf(line, number);
      const id = cells[0]!;
      if (cells.length !== columnIds.length + 1) {
        malformed(
          `the row of ${quoted(id)} (number ${number}) has ${cells.length - 1} distances, not ${columnIds.length}`,
        );
      }
      const numbers = new Float64Array(columnIds.length);
      for (let column = 0; column < columnIds.length; column++) {
        numbers[column] =
          numberOf(cells[column + 1]!) ?? malformed(notANumber(cells[column + 1]!, id, columnIds[column]!));
      }
      yield { id, numbers };
    }
  }
  return { columnIds, rows: rows(), malformed };
}

function notANumber(cell: string, row: string, column: string): string {
  return `the distance of ${quoted(row)} and ${quoted(column)} is ${quoted(cell)}, not a number`;
}

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.has(id) || !seen.add(id));
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function numberOf(cell: string): number | undefined {
  const text = cell.trim();
  if (NUMBER.test(text)) return Number(text);
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}

/** Lines without their ends, decoded one by one so that the text need not fit one string. */
function* textLines(bytes: Uint8Array, malformed: (found: string) => never): Generator<string, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (start < bytes.length) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed;
    const last = end > start && bytes[end - 1] === 0x0d ? end - 1 : end;
    let line = '';
    try {
      line = decoder.decode(bytes.subarray(start, last));
    } catch {
      malformed('it is no UTF-8 text');
    }
    yield line;
    start = end + 1;
  }
}
