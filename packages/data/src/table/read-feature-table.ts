// Opens a feature table of any format we read, told apart by its content. Knows the formats by name only.
import { resolve } from 'node:path';
import { dataError } from '../errors.js';
import { readLongForm } from '../interchange/read-long-form.js';
import { isShardFolder, openShards } from '../shards/open-shards.js';
import { tableOfSource } from '../streaming/feature-table-source.js';
import { quotedPath } from '../text/quoted.js';
import { decodeText, readStart, readUnpacked } from '../text/read-file.js';
import type { FeatureTable } from './feature-table.js';
import { readBiomHdf5 } from './read-biom-hdf5.js';
import { readBiomJson } from './read-biom-json.js';
import { readClassicTable } from './read-classic-table.js';
import { readTableArtifact } from './table-artifact.js';

/** Options of {@link readFeatureTable}. */
export interface ReadFeatureTableOptions {
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that one step of reading HDF5, Arrow or Parquet may take before the file counts as unreadable. Default 60 000. */
  readonly stallTimeoutMs?: number | undefined;
  /**
   * Whether the taxonomy of the features and the metadata of the samples inside a BIOM 2.x file are read, too; both are
   * empty if not. Who needs counts alone saves the time. Default true.
   */
  readonly withAxisMetadata?: boolean | undefined;
}

type TableFormat = 'hdf5' | 'json' | 'zip' | 'parquet' | 'arrow' | 'text';

/**
 * The feature table in a file: BIOM 2.x (HDF5), BIOM 1.0 (JSON), classic text with tabs, or a QIIME 2 artifact
 * `FeatureTable[...]` (.qza); the texts may be gzip. Also Arrow IPC and Parquet in long form: the columns `sample_id`,
 * `feature_id`, `count`, and `taxonomy` if there is one; and folders of shards.
 *
 * The format is told by the content, never by the name of the file. Samples and features without reads stay.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_TOO_LARGE`, `FILE_FORMAT_UNKNOWN`, `FILE_MALFORMED`, `TABLE_EMPTY`,
 *   `TABLE_ID_INVALID`, `TABLE_COUNT_INVALID`, `TABLE_INVALID`.
 * @remarks Unlike biom-format, counts that are negative or not finite and ids that stand twice are errors.
 * @see http://biom-format.org/documentation/biom_format.html
 */
export async function readFeatureTable(path: string, options: ReadFeatureTableOptions = {}): Promise<FeatureTable> {
  return requireNonEmpty(path, await readAnyTable(path, options));
}

/** The table, unless it is empty; `path` is for the error only. */
export function requireNonEmpty(path: string, table: FeatureTable): FeatureTable {
  if (table.entryCount > 0) return table;
  const missing = table.sampleCount === 0 ? 'samples' : table.featureCount === 0 ? 'features' : 'reads';
  throw dataError(
    'TABLE_EMPTY',
    `The feature table ${quotedPath(path)} has no ${missing} (${table.sampleCount} samples, ${table.featureCount} features). ` +
      'Check the step that wrote it; a filter may have removed everything.',
    { details: { path, sampleCount: table.sampleCount, featureCount: table.featureCount } },
  );
}

/** As {@link readFeatureTable}, but the table may be empty. */
export async function readAnyTable(path: string, options: ReadFeatureTableOptions): Promise<FeatureTable> {
  if (await isShardFolder(path)) {
    await using source = await openShards(path, options);
    return tableOfSource(source, options);
  }
  const start = await readStart(path, 64);
  if (start.length === 0) {
    throw dataError(
      'FILE_MALFORMED',
      `${quotedPath(path)} is empty (0 bytes). Copy, download or export the table again.`,
      {
        details: { path },
      },
    );
  }
  const format = formatOf(start);
  if (format === 'zip') return readTableArtifact(path, (biomPath) => readAnyTable(biomPath, options), options);
  if (format === 'parquet' || format === 'arrow') return readLongForm(path, format, options);
  if (format === 'hdf5') return readBiomHdf5(resolve(path), options);
  const bytes = await readUnpacked(path, options);
  const inside = formatOf(bytes.subarray(0, 64));
  if (inside !== 'json' && inside !== 'text') throw packedError(path, inside);
  const text = decodeText(path, bytes);
  return inside === 'json' ? readBiomJson(text, path) : readClassicTable(text, path);
}

const startsWith = (bytes: Uint8Array, prefix: readonly number[]): boolean =>
  prefix.every((byte, i) => bytes[i] === byte);

/** Whether bytes begin like HDF5. */
export const isHdf5 = (start: Uint8Array): boolean => startsWith(start, [0x89, 0x48, 0x44, 0x46]);

function formatOf(start: Uint8Array): TableFormat {
  if (isHdf5(start)) return 'hdf5';
  if (startsWith(start, [0x50, 0x4b, 0x03, 0x04])) return 'zip';
  if (startsWith(start, [0x50, 0x41, 0x52, 0x31])) return 'parquet';
  // A file begins with ARROW1, a stream with the mark of its first message.
  if (startsWith(start, [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31]) || startsWith(start, [0xff, 0xff, 0xff, 0xff]))
    return 'arrow';
  return new TextDecoder().decode(start).trimStart().startsWith('{') ? 'json' : 'text';
}

function packedError(path: string, inside: Exclude<TableFormat, 'json' | 'text'>): Error {
  const what = { hdf5: 'HDF5', zip: 'a zip archive', parquet: 'Parquet', arrow: 'Arrow' }[inside];
  return dataError(
    'FILE_FORMAT_UNKNOWN',
    `${quotedPath(path)} is gzip around ${what}. Unpack it first: gunzip -k <file>.`,
    { details: { path } },
  );
}
