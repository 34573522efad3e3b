// Writes a feature table in the format that the name of the file asks for. Knows the formats by name only.
import { dataError } from '../errors.js';
import { writeArrowTable } from '../interchange/write-arrow-table.js';
import { writeParquetTable } from '../interchange/write-parquet-table.js';
import { quotedPath } from '../text/quoted.js';
import type { FeatureTable } from './feature-table.js';
import { requireWritable } from './require-writable.js';
import { type TableContents, writeTableArtifact } from './table-artifact.js';
import { writeBiomHdf5 } from './write-biom-hdf5.js';
import { writeClassicTable } from './write-classic-table.js';

/** A format that tables are written in: BIOM 2.1 (HDF5), classic text, QIIME 2 artifact, or long form. */
export type FeatureTableFormat = 'biom' | 'tsv' | 'qza' | 'arrow' | 'parquet';

/** Every {@link FeatureTableFormat}. */
export const featureTableFormats: readonly FeatureTableFormat[] = ['biom', 'tsv', 'qza', 'arrow', 'parquet'];

/** Options of {@link writeFeatureTable}. */
export interface WriteFeatureTableOptions {
  /** Format of the file. Default: as its name ends, see {@link writeFeatureTable}. */
  readonly format?: FeatureTableFormat | undefined;
  /**
   * Type of a QIIME 2 artifact, `FeatureTable[<contents>]`. Default: `RelativeFrequency` if every sample with reads sums
   * to 1 within 10^-6, otherwise `Frequency`.
   */
  readonly contents?: TableContents | undefined;
  /** Ends the writing; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

const endings: readonly (readonly [RegExp, FeatureTableFormat])[] = [
  [/\.(biom|h5|hdf5)$/i, 'biom'],
  [/\.(tsv|txt)(\.gz)?$/i, 'tsv'],
  [/\.qza$/i, 'qza'],
  [/\.(arrow|feather|ipc)$/i, 'arrow'],
  [/\.parquet$/i, 'parquet'],
];

const writers: Readonly<
  Record<FeatureTableFormat, (table: FeatureTable, path: string, options: WriteFeatureTableOptions) => Promise<void>>
> = {
  biom: writeBiomHdf5,
  tsv: writeClassicTable,
  qza: writeTableArtifact,
  arrow: writeArrowTable,
  parquet: writeParquetTable,
};

/** The format that the name of a file asks for, as {@link writeFeatureTable} takes it; undefined if it asks for none. */
export function featureTableFormat(path: string): FeatureTableFormat | undefined {
  return endings.find(([ending]) => ending.test(path))?.[1];
}

/**
 * Writes a feature table whole or not at all. What `readFeatureTable` reads from it is the same table: ids in their order,
 * counts bit by bit, taxonomy. Metadata of samples inside the table are kept in BIOM 2.1 and in artifacts only.
 *
 * | name ends with                          | format                                                       |
 * | --------------------------------------- | ------------------------------------------------------------ |
 * | `.biom`, `.h5`, `.hdf5`                 | BIOM 2.1 (HDF5), as biom-format and QIIME 2 read it          |
 * | `.tsv`, `.txt`, and these with `.gz`    | classic text: features as lines, ranks joined by `; `        |
 * | `.qza`                                  | QIIME 2 artifact, archive version 5, with BIOM 2.1 inside    |
 * | `.arrow`, `.feather`, `.ipc`            | Arrow IPC file in long form: sample_id, feature_id, count    |
 * | `.parquet`                              | Parquet in the same long form                                |
 *
 * @param path - final name; its folder exists, an existing file is replaced.
 * @throws SeqError `FILE_FORMAT_UNKNOWN` for a name that asks for no format, `TABLE_EMPTY`, `TABLE_ID_INVALID` for ids that the
 *   format cannot hold, `TABLE_INVALID` for more entries than it can hold, `OPTION_INVALID` for contents that the table has not,
 *   `FILE_NOT_WRITTEN`.
 * @remarks Unlike biom-format, a text table is refused rather than written with ids that would be read back as others; a
 *   missing value of sample metadata becomes an empty text in BIOM 2.1, as biom-format does it.
 * @see http://biom-format.org/documentation/format_versions/biom-2.1.html
 */
export async function writeFeatureTable(
  table: FeatureTable,
  path: string,
  options: WriteFeatureTableOptions = {},
): Promise<void> {
  const format = options.format ?? featureTableFormat(path);
  if (format === undefined) {
    throw dataError(
      'FILE_FORMAT_UNKNOWN',
      `writeFeatureTable: the name ${quotedPath(path)} asks for no format. ` +
        'Let it end with .biom, .tsv, .tsv.gz, .qza, .arrow or .parquet, or name the format.',
      { details: { path } },
    );
  }
  options.signal?.throwIfAborted();
  requireWritable(table);
  await writers[format](table, path, options);
}
