// Writes a distance matrix to a file.
import { quoted, quotedPath, writeWhole } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { type Delimiter, quoteCell } from './delimited-line.js';
import type { DistanceMatrix } from './distance-matrix.js';
import { type MatrixFormat, matrixFormatOf } from './matrix-format.js';

/** Options of {@link writeDistanceMatrix}. */
export interface WriteDistanceMatrixOptions {
  /** Format of the file. Default: by its ending, `.tsv`, `.txt` or `.csv`. */
  readonly format?: 'tsv' | 'csv' | undefined;
}

const charactersPerWrite = 1 << 20;

/**
 * Writes a matrix as a full square with ids, TSV (which `ssu`, scikit-bio and QIIME 2 read) or CSV, each distance in the
 * fewest digits that give the same number again. An existing file is replaced, at the end and at once.
 *
 * @throws SeqError `FILE_FORMAT_UNKNOWN`, `FILE_NOT_WRITTEN`, `MATRIX_INVALID` if an id has a character that the format
 *   cannot hold.
 */
export async function writeDistanceMatrix(
  matrix: DistanceMatrix,
  path: string,
  options: WriteDistanceMatrixOptions = {},
): Promise<void> {
  const delimiter = delimiterFor(path, options.format ?? matrixFormatOf(path));
  requireWritableIds(matrix.ids, delimiter);
  await writeWhole(path, async (file) => {
    let text = '';
    for (const line of matrixLines(matrix, delimiter)) {
      text += line;
      if (text.length < charactersPerWrite) continue;
      await file.writeFile(text);
      text = '';
    }
    await file.writeFile(text);
  });
}

function delimiterFor(path: string, format: MatrixFormat): Delimiter {
  const delimiters: Readonly<Partial<Record<MatrixFormat, Delimiter>>> = { tsv: '\t', csv: ',' };
  const delimiter = path.toLowerCase().endsWith('.gz') ? undefined : delimiters[format];
  if (delimiter !== undefined) return delimiter;
  throw unifracError(
    'FILE_FORMAT_UNKNOWN',
    `writeDistanceMatrix: ${quotedPath(path)} is of a format that is only read. Write .tsv or .csv.`,
    { details: { path } },
  );
}

function* matrixLines(matrix: DistanceMatrix, delimiter: Delimiter): Generator<string> {
  const ids = matrix.ids.map((id) => quoteCell(id, delimiter));
  yield `${['', ...ids].join(delimiter)}\n`;
  for (let row = 0; row < matrix.size; row++) {
    const cells = ids.map((_, column) => matrix.get(row, column));
    yield `${ids[row]}${delimiter}${cells.join(delimiter)}\n`;
  }
}

function requireWritableIds(ids: readonly string[], delimiter: Delimiter): void {
  const unwritable = delimiter === ',' ? /[\r\n]/ : /[\t\r\n]/;
  const first = ids.find((id) => unwritable.test(id));
  if (first === undefined) return;
  const message = `writeDistanceMatrix: sample id ${quoted(first)} has a tab or a line end. Rename the sample.`;
  throw unifracError('MATRIX_INVALID', message, { details: { id: first } });
}
