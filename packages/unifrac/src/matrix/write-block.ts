// Writes a rectangle of numbers with the names of its rows and columns to a file. Knows not what the numbers mean.
import { quotedPath, writeArrowVectors, writePlainHdf5, writeWhole, writeZip } from '@seq/data/files';
import { npyOfTexts } from '../arrays/npy-header.js';
import { unifracError } from '../errors.js';
import { type Numbers, numbersOf, type Precision, rowsPerBlock } from './distance-rows.js';
import { type MatrixFormat, matrixFormatOf } from './matrix-format.js';
import { matrixText } from './matrix-text.js';
import { npyPieces, writePieces } from './write-pieces.js';

/** Formats of blocks of numbers. */
export type BlockFormat = Exclude<MatrixFormat, 'qza'>;

/** Options of everything that writes a block of numbers. */
export interface WriteBlockOptions {
  /** Format of the file. Default: by its ending. */
  readonly format?: BlockFormat | undefined;
  /** Width of the written numbers. Default `'f64'`. */
  readonly precision?: Precision | undefined;
  /** Ends the writing; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** A block of numbers, rows by columns. */
export interface NamedBlock {
  /** What the numbers are called inside a file. */
  readonly name: string;
  readonly rowIds: readonly string[];
  /** Names of the columns, where they are known. */
  readonly columnIds: readonly string[] | undefined;
  /** What the names of the columns are called inside a file; undefined where they are those of the rows. */
  readonly columnIdsName?: string | undefined;
  readonly columnCount: number;
  /** Row by row. */
  readonly values: Float64Array;
}

/**
 * Writes a block; an existing file is replaced, at the end and at once.
 *
 * @throws SeqError `FILE_FORMAT_UNKNOWN`, `FILE_NOT_WRITTEN`, `MATRIX_INVALID` for names that text cannot hold, or none.
 */
export async function writeBlock(
  asked: string,
  block: NamedBlock,
  path: string,
  options: WriteBlockOptions,
): Promise<void> {
  const { precision = 'f64', signal } = options;
  const format = options.format ?? matrixFormatOf(path);
  const { name, rowIds, columnIds, columnIdsName, columnCount } = block;
  const shape = [rowIds.length, columnCount];
  const blocks = (): Generator<Numbers> => pieces(block, precision, signal);
  const columns = columnIds === undefined || columnIdsName === undefined ? {} : { [columnIdsName]: columnIds };
  switch (format) {
    case 'tsv':
    case 'csv': {
      if (columnIds === undefined) throw withoutColumnIds(asked, path);
      const rows = { ids: rowIds, columnIds, precision, blocks: blocks() };
      return writeWhole(path, (file) => writePieces(file, matrixText(asked, rows, format === 'csv' ? ',' : '\t')));
    }
    case 'npy':
      return writeWhole(path, (file) => writePieces(file, npyPieces(shape, precision, blocks())));
    case 'npz': {
      const texts = Object.entries({ ids: rowIds, ...columns }).map(([key, ids]) => ({
        name: `${key}.npy`,
        content: (): Iterable<Uint8Array> => [npyOfTexts(ids)],
        level: 0,
      }));
      const numbers = { name: `${name}.npy`, content: () => npyPieces(shape, precision, blocks()), level: 0 };
      return writeWhole(path, (file) => writeZip(file, [...texts, numbers], { time: new Date(), signal }));
    }
    case 'h5': {
      const texts = Object.entries({ order: rowIds, ...columns });
      const ids = texts.map(([key, list]) => ({ name: key, texts: list, length: 'variable' }) as const);
      const numbers = { name, shape, format: precision, values: blocks() } as const;
      return writeWhole(path, (file) => writePlainHdf5(file, [...ids, numbers], { signal }));
    }
    case 'arrow': {
      const rows = { ids: rowIds, name, width: columnCount, precision, blocks: blocks() };
      return writeWhole(path, (file) => writeArrowVectors(file, rows, signal));
    }
    default:
      throw unifracError(
        'FILE_FORMAT_UNKNOWN',
        `${asked}: ${quotedPath(path)}: a QIIME 2 artifact holds distances between every two samples only. ` +
          'Write .tsv, .csv, .npy, .npz, .h5 or .arrow.',
        { details: { path } },
      );
  }
}

/** Whole rows in the asked width. */
function* pieces(
  { values, rowIds, columnCount }: NamedBlock,
  precision: Precision,
  signal: AbortSignal | undefined,
): Generator<Numbers> {
  const step = rowsPerBlock(columnCount, 8);
  for (let row = 0; row < rowIds.length; row += step) {
    signal?.throwIfAborted();
    const part = values.subarray(row * columnCount, Math.min(rowIds.length, row + step) * columnCount);
    const numbers = numbersOf(precision, part.length);
    numbers.set(part);
    yield numbers;
  }
}

function withoutColumnIds(asked: string, path: string): Error {
  const message = `${asked}: ${quotedPath(path)}: text has a heading, and the names of the columns are not known. Give them.`;
  return unifracError('MATRIX_INVALID', message, { details: { path } });
}
