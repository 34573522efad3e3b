// Writes feature tables in long form as Parquet files. Knows Parquet only through hyparquet-writer, which is loaded when needed.
import type { SchemaElement } from 'hyparquet';
import type { FeatureTable } from '../table/feature-table.js';
import { writeWholeAt } from '../text/write-whole.js';
import { longFormColumns, longRows, longTexts } from './long-form.js';

/** Options of writing. */
export interface ParquetTableOptions {
  /** Ends the work; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

const rowsPerGroup = 2 ** 18;

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
