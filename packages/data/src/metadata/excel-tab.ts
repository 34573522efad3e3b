// Splits text into cells by the rules of spreadsheets: tabs or commas between, quotes around cells that hold these, line ends
// or quotes. Knows nothing of what the cells mean.

/** What stands between cells. */
export type Delimiter = '\t' | ',';

/** One line of cells. */
export interface TabRow {
  readonly cells: readonly string[];
  /** Line of the text on which it starts, from 1. */
  readonly line: number;
}

/** A text that breaks the rules of quoting. */
export class QuotingError extends Error {
  /** Line of the text, from 1. */
  readonly line: number;

  constructor(problem: string, line: number) {
    super(`line ${line} ${problem}`);
    this.name = 'QuotingError';
    this.line = line;
  }
}

/**
 * Cells of a text, line by line, exactly as Python's csv module reads the dialect `excel-tab` (with commas: `excel`) with
 * `strict=True`: a cell that
 * starts with a quote ends at the next lone one, two quotes inside stand for one, and a quote elsewhere is a letter.
 *
 * @throws QuotingError if letters follow a closing quote, or a quote is never closed.
 */
export function* tabRows(text: string, delimiter: Delimiter = '\t'): Generator<TabRow> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const cells: string[] = [];
    const start = line;
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at, line, delimiter) : plainCell(text, at, delimiter);
      cells.push(cell.content);
      at = cell.end;
      line += cell.lineEnds;
      if (text[at] !== delimiter) break;
      at += 1;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
    yield { cells, line: start };
  }
}

interface Cell {
  readonly content: string;
  /** Index of the tab or line end behind it. */
  readonly end: number;
  readonly lineEnds: number;
}

const cellEnds: Readonly<Record<Delimiter, RegExp>> = { '\t': /[\t\r\n]|$/g, ',': /[,\r\n]|$/g };

function plainCell(text: string, at: number, delimiter: Delimiter): Cell {
  const cellEnd = cellEnds[delimiter];
  cellEnd.lastIndex = at;
  const end = cellEnd.exec(text)!.index;
  return { content: text.slice(at, end), end, lineEnds: 0 };
}

function quotedCell(text: string, at: number, line: number, delimiter: Delimiter): Cell {
  let content = '';
  let from = at + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) throw new QuotingError('opens a quote that is never closed', line);
    content += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const end = quote + 1;
      const lineEnds = content.match(/\r\n|\r|\n/g)?.length ?? 0;
      if (end < text.length && !`${delimiter}\r\n`.includes(text[end]!)) {
        throw new QuotingError(`has ${JSON.stringify(text[end])} behind a closing quote`, line + lineEnds);
      }
      return { content, end, lineEnds };
    }
    content += '"';
    from = quote + 2;
  }
}

/** A cell as these files hold it: in quotes if it has tabs, line ends or quotes. */
export function tabCell(text: string): string {
  return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
