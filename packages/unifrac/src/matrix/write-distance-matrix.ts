// Writes a distance matrix to a file of any format that is written.
import {
  quoted,
  quotedPath,
  writeArrowVectors,
  writeArtifact,
  writePlainHdf5,
  writeWhole,
  writeZip,
} from '@seq/data/files';
import { npyOfTexts } from '../arrays/npy-header.js';
import { unifracError } from '../errors.js';
import type { DistanceMatrix } from './distance-matrix.js';
import { type DistanceRows, type Numbers, type Precision, rowsOfMatrix } from './distance-rows.js';
import { type MatrixFormat, matrixFormatOf } from './matrix-format.js';
import { matrixText } from './matrix-text.js';
import { npyPieces, writePieces } from './write-pieces.js';

/** Options of {@link writeDistanceMatrix}. */
export interface WriteDistanceMatrixOptions {
  /** Format of the file. Default: by its ending. */
  readonly format?: MatrixFormat | undefined;
  /** Width of the written numbers. Default: `'f64'` for a whole matrix, that of the blocks for rows. */
  readonly precision?: Precision | undefined;
  /** Identity of a QIIME 2 artifact, a random UUID (version 4). Default: a new one. */
  readonly uuid?: string | undefined;
  /** When the artifact or archive was made. Default: now. */
  readonly time?: Date | undefined;
  /** Ends the writing; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each block how many rows are done. Default: nobody. */
  readonly onProgress?: ((progress: RowProgress) => void) | undefined;
}

/** How far the writing of a matrix is. */
export interface RowProgress {
  /** Rows written. */
  readonly rowsDone: number;
  /** Rows in all. */
  readonly rowsTotal: number;
}

/**
 * Writes a square matrix with the ids of its samples. An existing file is replaced, at the end and at once.
 *
 * | ending          | content                                                                                            |
 * | --------------- | -------------------------------------------------------------------------------------------------- |
 * | `.tsv`, `.txt`  | as `ssu`, scikit-bio and QIIME 2 read it; each distance in the fewest digits that give it again     |
 * | `.csv`          | the same with commas, ids in quotes where needed                                                   |
 * | `.h5`, `.hdf5`  | as `ssu` writes it (BDSM): `order`, `matrix`                                                       |
 * | `.npy`          | the square alone, without ids                                                                      |
 * | `.npz`          | `distances` and `ids`, unpacked, no pickles                                                        |
 * | `.arrow`        | Arrow IPC: `sample_id`, and `distances` as lists of N numbers; also `.feather`                     |
 * | `.qza`          | a QIIME 2 artifact of type `DistanceMatrix`                                                        |
 *
 * @param matrix - a whole matrix, or its rows in blocks, which are written as they come: memory then does not grow with N².
 * @throws SeqError `FILE_FORMAT_UNKNOWN`, `FILE_NOT_WRITTEN`, `MATRIX_INVALID` if an id has a character that the format
 *   cannot hold, blocks do not make N rows of N, or a distance for an artifact is NaN, which QIIME 2 does not open;
 *   `OPTION_INVALID` for a `uuid` that is none. What `blocks` throws is
 *   thrown on.
 */
export async function writeDistanceMatrix(
  matrix: DistanceMatrix | DistanceRows,
  path: string,
  options: WriteDistanceMatrixOptions = {},
): Promise<void> {
  const asked = 'writeDistanceMatrix';
  const format = options.format ?? matrixFormatOf(path);
  if (path.toLowerCase().endsWith('.gz')) {
    const message = `${asked}: ${quotedPath(path)}: packed text is only read. Write .tsv, or .h5 to save room.`;
    throw unifracError('FILE_FORMAT_UNKNOWN', message, { details: { path } });
  }
  const { signal, uuid, time = new Date() } = options;
  const rows = checkedRows(matrix, { ...options, format });
  const npy = () => npyPieces([rows.ids.length, rows.ids.length], rows.precision, rows.blocks);
  switch (format) {
    case 'tsv':
    case 'csv':
      return writeWhole(path, (file) => writePieces(file, matrixText(asked, rows, format === 'csv' ? ',' : '\t')));
    case 'npy':
      return writeWhole(path, (file) => writePieces(file, npy()));
    case 'npz': {
      const members = [
        { name: 'ids.npy', content: () => npyOfTexts(rows.ids), level: 0 },
        { name: 'distances.npy', content: npy, level: 0 },
      ];
      return writeWhole(path, (file) => writeZip(file, members, { time, signal }));
    }
    case 'h5':
      requireNoZero(rows.ids);
      return writeWhole(path, (file) => writePlainHdf5(file, ssuDataSets(rows), { signal }));
    case 'arrow':
      return writeWhole(path, (file) =>
        writeArrowVectors(file, { ...rows, name: 'distances', width: rows.ids.length }, signal),
      );
    case 'qza': {
      const files = [{ name: 'distance-matrix.tsv', content: matrixText(asked, rows, '\t') }];
      const content = { type: 'DistanceMatrix', format: 'DistanceMatrixDirectoryFormat', files };
      return writeArtifact(path, content, { uuid, time, signal });
    }
  }
}

/** Data sets of the layout of `ssu` for one matrix. */
function ssuDataSets({ ids, precision, blocks }: DistanceRows): Parameters<typeof writePlainHdf5>[1] {
  return [
    { name: 'format', texts: ['BDSM'], length: 'fixed' },
    { name: 'version', texts: ['2020.12'], length: 'fixed' },
    { name: 'order', texts: ids, length: 'variable' },
    { name: 'matrix', shape: [ids.length, ids.length], format: precision, values: blocks },
  ];
}

/** Rows in the asked width, counted, reported and ended by the signal. */
function checkedRows(matrix: DistanceMatrix | DistanceRows, options: WriteDistanceMatrixOptions): DistanceRows {
  const rows = 'blocks' in matrix ? matrix : rowsOfMatrix(matrix, options.precision ?? 'f64');
  const precision = options.precision ?? rows.precision;
  return { ids: rows.ids, precision, blocks: watched(rows, precision, options) };
}

async function* watched(
  { ids, blocks }: DistanceRows,
  precision: Precision,
  { format, signal, onProgress }: WriteDistanceMatrixOptions,
): AsyncGenerator<Numbers> {
  const size = ids.length;
  let rowsDone = 0;
  for await (const block of blocks) {
    signal?.throwIfAborted();
    const rows = size === 0 ? 0 : block.length / size;
    rowsDone += rows;
    if (!Number.isInteger(rows) || rowsDone > size) {
      refuse(
        `a block of ${block.length} distances after ${rowsDone - rows} rows is no part of ${size} rows of ${size}`,
      );
    }
    if (format === 'qza') requireDefinedRows(block, rowsDone - rows, ids);
    yield inWidth(block, precision);
    onProgress?.({ rowsDone, rowsTotal: size });
  }
  if (rowsDone !== size) refuse(`there are ${rowsDone} rows of distances for ${size} samples`);
}

/** QIIME 2 finds an artifact with NaN valid, but cannot open it as distances. */
function requireDefinedRows(block: Numbers, firstRow: number, ids: readonly string[]): void {
  const at = block.findIndex(Number.isNaN);
  if (at < 0) return;
  const [row, column] = [firstRow + Math.floor(at / ids.length), at % ids.length];
  refuse(
    `the distance of ${quoted(ids[row]!)} and ${quoted(ids[column]!)} is not defined (NaN), and QIIME 2 opens no such matrix. ` +
      'Leave out the samples without reads, or write another format',
  );
}

function inWidth(block: Numbers, precision: Precision): Numbers {
  if (precision === 'f32') return block instanceof Float32Array ? block : Float32Array.from(block);
  return block instanceof Float64Array ? block : Float64Array.from(block);
}

/** HDF5 ends a text of any length at a zero. */
function requireNoZero(ids: readonly string[]): void {
  const first = ids.find((id) => id.includes('\0'));
  if (first !== undefined) refuse(`sample id ${quoted(first)} has a zero byte, at which HDF5 ends a text. Rename it`);
}

function refuse(found: string): never {
  throw unifracError('MATRIX_INVALID', `writeDistanceMatrix: ${found}.`);
}
