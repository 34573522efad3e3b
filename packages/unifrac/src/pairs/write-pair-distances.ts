// Writes distances of chosen pairs of samples to a file.
import { quotedPath, writePlainHdf5, writeWhole, writeZip } from '@seq/data/files';
import { npyOfTexts } from '../arrays/npy-header.js';
import { unifracError } from '../errors.js';
import { quoteCell, requireWritableIds } from '../matrix/delimited-line.js';
import { numbersOf } from '../matrix/distance-rows.js';
import { matrixFormatOf } from '../matrix/matrix-format.js';
import type { WriteBlockOptions } from '../matrix/write-block.js';
import { npyPieces, writePieces } from '../matrix/write-pieces.js';

/** Distances of P pairs of samples. */
export interface PairDistances {
  /** Names of the samples of the table. */
  readonly sampleIds: readonly string[];
  /** Rows of the samples of each pair in `sampleIds`, two numbers per pair. */
  readonly pairs: Uint32Array;
  /** One distance per pair. */
  readonly distances: Float64Array;
}

/** Options of {@link writePairDistances}. */
export interface WritePairDistancesOptions extends WriteBlockOptions {
  /** Format of the file. Default: by its ending. */
  readonly format?: 'tsv' | 'csv' | 'npy' | 'npz' | 'h5' | undefined;
}

/** Lines of text that are made at once. */
const linesPerPiece = 10_000;

/**
 * Writes one distance per pair: TSV and CSV with the columns `sample_a`, `sample_b` and `distance`; `.npz` and HDF5 with
 * `sample_a`, `sample_b` and `distances`; `.npy` the distances alone. An existing file is replaced, at the end and at once.
 *
 * @throws SeqError `FILE_FORMAT_UNKNOWN`, `FILE_NOT_WRITTEN`, `MATRIX_INVALID` for ids that text cannot hold, `PAIRS_INVALID`
 *   if there is not one distance per pair.
 */
export async function writePairDistances(
  pairs: PairDistances,
  path: string,
  options: WritePairDistancesOptions = {},
): Promise<void> {
  const asked = 'writePairDistances';
  const { precision = 'f64', signal } = options;
  const format = options.format ?? matrixFormatOf(path);
  const count = pairs.distances.length;
  if (pairs.pairs.length !== 2 * count) {
    const message = `${asked}: ${count} distances do not fit ${pairs.pairs.length} sample numbers.`;
    throw unifracError('PAIRS_INVALID', message);
  }
  const numbers = numbersOf(precision, count);
  numbers.set(pairs.distances);
  const sides = () =>
    (['sample_a', 'sample_b'] as const).map((name, side) => ({
      name,
      texts: Array.from(numbers, (_, pair) => pairs.sampleIds[pairs.pairs[2 * pair + side]!]!),
    }));
  const npy = () => npyPieces([count], precision, [numbers]);
  switch (format) {
    case 'tsv':
    case 'csv': {
      const delimiter = format === 'csv' ? ',' : '\t';
      requireWritableIds(asked, pairs.sampleIds, delimiter);
      const cells = pairs.sampleIds.map((id) => quoteCell(id, delimiter));
      return writeWhole(path, async (file) => {
        await file.writeFile(`${['sample_a', 'sample_b', 'distance'].join(delimiter)}\n`);
        for (let first = 0; first < count; first += linesPerPiece) {
          signal?.throwIfAborted();
          const lines = Array.from(numbers.subarray(first, first + linesPerPiece), (distance, i) => {
            const ids = [0, 1].map((side) => cells[pairs.pairs[2 * (first + i) + side]!]);
            return `${[...ids, shortest(distance, precision)].join(delimiter)}\n`;
          });
          await file.writeFile(lines.join(''));
        }
      });
    }
    case 'npy':
      return writeWhole(path, (file) => writePieces(file, npy()));
    case 'npz': {
      const ids = sides().map(({ name, texts }) => ({
        name: `${name}.npy`,
        content: (): Iterable<Uint8Array> => [npyOfTexts(texts)],
        level: 0,
      }));
      const members = [...ids, { name: 'distances.npy', content: npy, level: 0 }];
      return writeWhole(path, (file) => writeZip(file, members, { time: new Date(), signal }));
    }
    case 'h5': {
      const ids = sides().map(({ name, texts }) => ({ name, texts, length: 'variable' }) as const);
      const values = { name: 'distances', shape: [count], format: precision, values: [numbers] } as const;
      return writeWhole(path, (file) => writePlainHdf5(file, [...ids, values], { signal }));
    }
    default:
      throw unifracError(
        'FILE_FORMAT_UNKNOWN',
        `${asked}: ${quotedPath(path)}: distances of pairs are written as .tsv, .csv, .npy, .npz and .h5.`,
        { details: { path } },
      );
  }
}

/** The fewest digits that give the same number of its width again; `NaN` where a distance is not defined, as in matrices. */
function shortest(distance: number, precision: 'f32' | 'f64'): string {
  if (precision === 'f64') return String(distance);
  for (let digits = 1; digits < 9; digits++) {
    const text = distance.toPrecision(digits);
    if (Math.fround(Number(text)) === distance) return String(Number(text));
  }
  return distance.toPrecision(9);
}
