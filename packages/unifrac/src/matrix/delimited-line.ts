// Cells of one line of a TSV or CSV file. Knows no matrix.
import { quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';

/** What separates cells. */
export type Delimiter = '\t' | ',';

/** Cells of a line; in CSV a cell may stand in double quotes, doubled inside. Undefined if a quote never ends. */
export function splitLine(line: string, delimiter: Delimiter): string[] | undefined {
  if (delimiter === '\t' || !line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  for (let at = 0; at <= line.length; at++) {
    if (line[at] !== '"') {
      const end = line.indexOf(delimiter, at);
      cells.push(end < 0 ? line.slice(at) : line.slice(at, end));
      at = end < 0 ? line.length : end;
      continue;
    }
    const end = closingQuote(line, at + 1);
    if (end < 0 || (end + 1 < line.length && line[end + 1] !== delimiter)) return undefined;
    cells.push(line.slice(at + 1, end).replaceAll('""', '"'));
    at = end + 1;
  }
  return cells;
}

function closingQuote(line: string, start: number): number {
  let at = line.indexOf('"', start);
  while (at >= 0 && line[at + 1] === '"') at = line.indexOf('"', at + 2);
  return at;
}

/** A cell as it stands in a line. */
export function quoteCell(cell: string, delimiter: Delimiter): string {
  return delimiter === ',' && /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** @throws SeqError `MATRIX_INVALID` if an id of a sample has a character that no cell can hold. */
export function requireWritableIds(asked: string, ids: readonly string[], delimiter: Delimiter): void {
  const unwritable = delimiter === ',' ? /[\r\n]/ : /[\t\r\n]/;
  const first = ids.find((id) => unwritable.test(id));
  if (first === undefined) return;
  const message = `${asked}: sample id ${quoted(first)} has a tab or a line end. Rename the sample.`;
  throw unifracError('MATRIX_INVALID', message, { details: { id: first } });
}
