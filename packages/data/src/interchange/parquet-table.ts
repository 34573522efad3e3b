// Feature tables in long form as Parquet files. Knows Parquet only through hyparquet, which is loaded when needed.
import type { AsyncBuffer, FileMetaData, SchemaElement } from 'hyparquet';
import type { FeatureTable } from '../table/feature-table.js';
import { mostFileBytes } from '../text/read-file.js';
import { writeWholeAt } from '../text/write-whole.js';
import { LongFormReader, longFormColumns, longFormError, longRows, longTexts, unreadableFile } from './long-form.js';

/** Options of reading and writing. */
export interface ParquetTableOptions {
  /** Ends the work; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

const rowsPerGroup = 2 ** 18;
/** Every row differs from the one before in sample or feature, so not even packing makes more rows of a byte. */
const mostRowsPerByte = 500;

/** Writes a table as Parquet, packed with Snappy, row group by row group. */
export async function writeParquetTable(
  table: FeatureTable,
  path: string,
  { signal }: ParquetTableOptions = {},
): Promise<void> {
  const { fileWriter, ParquetWriter } = await import('hyparquet-writer');
  const texts = longTexts(table);
  const { lineages } = texts;
  await writeWholeAt(path, async (temporary) => {
    const writer = new ParquetWriter({ writer: fileWriter(temporary), schema: schemaOf(lineages !== undefined) });
    for (const { samples, features, counts } of longRows(table, rowsPerGroup)) {
      signal?.throwIfAborted();
      const columns: { name: string; data: string[] | Float64Array }[] = [
        { name: longFormColumns.sample, data: Array.from(samples, (sample) => texts.samples[sample]!) },
        { name: longFormColumns.feature, data: Array.from(features, (feature) => texts.features[feature]!) },
        { name: longFormColumns.count, data: counts },
      ];
      if (lineages !== undefined) {
        columns.push({ name: longFormColumns.taxonomy, data: Array.from(features, (feature) => lineages[feature]!) });
      }
      await writer.write({ columnData: columns, rowGroupSize: rowsPerGroup });
    }
    await writer.finish();
  });
}

function schemaOf(hasTaxonomy: boolean): SchemaElement[] {
  const text = (name: string): SchemaElement => ({
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    logical_type: { type: 'STRING' },
    repetition_type: 'REQUIRED',
  });
  const columns: SchemaElement[] = [
    text(longFormColumns.sample),
    text(longFormColumns.feature),
    { name: longFormColumns.count, type: 'DOUBLE', repetition_type: 'REQUIRED' },
    ...(hasTaxonomy ? [text(longFormColumns.taxonomy)] : []),
  ];
  return [{ name: 'root', num_children: columns.length }, ...columns];
}

/** The feature table of a Parquet file in long form. */
export async function readParquetTable(path: string, { signal }: ParquetTableOptions = {}): Promise<FeatureTable> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import('hyparquet');
  const reader = new LongFormReader(path);
  const file = await asyncBufferFromFile(path);
  const metadata = await guarded(path, signal, () => parquetMetadataAsync(file));
  const columns = columnsOf(path, metadata);
  requireBelievableRows(path, metadata, file.byteLength);
  let start = 0;
  for (const group of metadata.row_groups) {
    signal?.throwIfAborted();
    const end = start + Number(group.num_rows);
    const values = await guarded(path, signal, () => readColumns(file, metadata, columns, start, end));
    const column = (name: string): ((row: number) => unknown) => {
      const found = values.get(name)!;
      return (row) => found[row];
    };
    reader.add({
      length: end - start,
      sample: column(longFormColumns.sample),
      feature: column(longFormColumns.feature),
      count: column(longFormColumns.count),
      taxonomy: columns.includes(longFormColumns.taxonomy) ? column(longFormColumns.taxonomy) : undefined,
    });
    start = end;
  }
  return reader.table();
}

/** Names of the columns to read; an error that lists what there is where one is missing. */
function columnsOf(path: string, metadata: FileMetaData): readonly string[] {
  const [, ...elements] = metadata.schema;
  const names = elements.filter(({ num_children: children }) => children === undefined).map(({ name }) => name);
  const { sample, feature, count, taxonomy } = longFormColumns;
  const missing = [sample, feature, count].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const found = names.slice(0, 8).join(', ');
    throw longFormError(path, `it has no column ${missing.join(', ')} (found ${found || 'none'})`);
  }
  return [sample, feature, count, ...(names.includes(taxonomy) ? [taxonomy] : [])];
}

function requireBelievableRows(
  path: string,
  { row_groups: groups, num_rows: rows }: FileMetaData,
  bytes: number,
): void {
  const sum = groups.reduce((total, group) => total + Number(group.num_rows), 0);
  const isFine = groups.every(({ num_rows: count }) => Number(count) >= 0) && sum === Number(rows);
  if (isFine && sum <= bytes * mostRowsPerByte && sum <= mostFileBytes) return;
  throw longFormError(path, `it claims ${rows} rows, which a file of ${bytes} bytes cannot hold`);
}

async function readColumns(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
  rowStart: number,
  rowEnd: number,
): Promise<ReadonlyMap<string, ArrayLike<unknown>>> {
  const { parquetRead } = await import('hyparquet');
  const values = new Map(columns.map((name) => [name, new Array<unknown>(rowEnd - rowStart)]));
  await parquetRead({
    file,
    metadata,
    columns: [...columns],
    rowStart,
    rowEnd,
    onChunk: ({ columnName, columnData, rowStart: chunkStart }) => {
      const target = values.get(columnName)!;
      for (let i = 0; i < columnData.length; i++) {
        const row = chunkStart + i - rowStart;
        if (row >= 0 && row < target.length) target[row] = columnData[i];
      }
    },
  });
  return values;
}

/** Work of the library on a file that may be damaged: whatever it throws means that the file cannot be read. */
async function guarded<Result>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreadableFile(path, 'Parquet', cause);
  }
}
