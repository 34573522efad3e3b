// Writes distances of samples to a few references to a file.
import { quotedPath, writeArrowVectors, writePlainHdf5, writeWhole, writeZip } from '@seq/data/files';
import { npyHeader, npyOfTexts } from '../arrays/npy-header.js';
import type { ArrayFormat } from '../arrays/stored-array.js';
import { unifracError } from '../errors.js';
import { numbersOf, type Precision } from './distance-rows.js';
import { matrixFormatOf } from './matrix-format.js';
import type { ReferenceDistances } from './read-reference-distances.js';

/** Options of {@link writeReferenceDistances}. */
export interface WriteReferenceDistancesOptions {
  /** Format of the file. Default: by its ending. */
  readonly format?: ArrayFormat | undefined;
  /** Width of the written numbers. Default `'f64'`. */
  readonly precision?: Precision | undefined;
  /** Ends the writing; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a rectangular block of distances, samples by references: `.npy` without ids, `.npz` as `stripe_distances` and `ids`,
 * HDF5 as `stripe_distances` and `order`, Arrow as `sample_id` and `stripe_distances`. The names of the references go into
 * `.npz` and HDF5 as `reference_ids`, where they are known. An existing file is replaced, at the
 * end and at once.
 *
 * @throws SeqError `FILE_FORMAT_UNKNOWN`, `FILE_NOT_WRITTEN`.
 */
export async function writeReferenceDistances(
  block: ReferenceDistances,
  path: string,
  options: WriteReferenceDistancesOptions = {},
): Promise<void> {
  const { precision = 'f64', signal } = options;
  const format = options.format ?? matrixFormatOf(path);
  const { sampleIds, referenceIds, referenceCount } = block;
  const shape = [sampleIds.length, referenceCount];
  const distances = numbersOf(precision, block.distances.length);
  distances.set(block.distances);
  const npy = [npyHeader(precision === 'f32' ? '<f4' : '<f8', shape), new Uint8Array(distances.buffer)];
  if (format === 'npy') return writeWhole(path, async (file) => file.writeFile(Buffer.concat(npy)));
  if (format === 'npz') {
    const texts = { ids: sampleIds, ...(referenceIds === undefined ? {} : { reference_ids: referenceIds }) };
    const members = Object.entries(texts).map(([name, ids]) => ({
      name: `${name}.npy`,
      content: (): Iterable<Uint8Array> => [npyOfTexts(ids)],
      level: 0,
    }));
    const all = [...members, { name: 'stripe_distances.npy', content: () => npy, level: 0 }];
    return writeWhole(path, (file) => writeZip(file, all, { time: new Date(), signal }));
  }
  if (format === 'h5') {
    const texts = { order: sampleIds, ...(referenceIds === undefined ? {} : { reference_ids: referenceIds }) };
    const ids = Object.entries(texts).map(([name, list]) => ({ name, texts: list, length: 'variable' }) as const);
    const numbers = { name: 'stripe_distances', shape, format: precision, values: [distances] } as const;
    return writeWhole(path, (file) => writePlainHdf5(file, [...ids, numbers], { signal }));
  }
  if (format === 'arrow') {
    const rows = { ids: sampleIds, name: 'stripe_distances', width: referenceCount, precision, blocks: [distances] };
    return writeWhole(path, (file) => writeArrowVectors(file, rows, signal));
  }
  throw unifracError(
    'FILE_FORMAT_UNKNOWN',
    `writeReferenceDistances: ${quotedPath(path)}: blocks of distances to references are written as .npy, .npz, .h5 and .arrow.`,
    { details: { path } },
  );
}
