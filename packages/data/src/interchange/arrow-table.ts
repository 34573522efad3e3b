// Feature tables in long form as Arrow IPC files. Knows Arrow only through apache-arrow, which is loaded when needed.
import { open } from 'node:fs/promises';
import type { Vector } from 'apache-arrow';
import type { FeatureTable } from '../table/feature-table.js';
import { writeWhole } from '../text/write-whole.js';
import {
  type LongColumns,
  LongFormReader,
  longFormColumns,
  longFormError,
  longRows,
  longTexts,
  unreadableFile,
} from './long-form.js';

/** Options of reading and writing. */
export interface ArrowTableOptions {
  /** Ends the work; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Writes a table as an Arrow IPC file; ids are dictionaries of text, so each is stored once. */
export async function writeArrowTable(
  table: FeatureTable,
  path: string,
  { signal }: ArrowTableOptions = {},
): Promise<void> {
  const arrow = await import('apache-arrow');
  const { samples: sampleIds, features: featureIds, lineages } = longTexts(table);
  const dictionaryOf = (texts: readonly string[], id: number) => {
    const type = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), id);
    return { type, dictionary: arrow.vectorFromArray(texts, new arrow.Utf8()) };
  };
  const texts = {
    sample: dictionaryOf(sampleIds, 0),
    feature: dictionaryOf(featureIds, 1),
    taxonomy: lineages && dictionaryOf(lineages, 2),
  };
  const field = (name: string, type: InstanceType<typeof arrow.DataType>) => new arrow.Field(name, type, false);
  const schema = new arrow.Schema([
    field(longFormColumns.sample, texts.sample.type),
    field(longFormColumns.feature, texts.feature.type),
    field(longFormColumns.count, new arrow.Float64()),
    ...(texts.taxonomy ? [field(longFormColumns.taxonomy, texts.taxonomy.type)] : []),
  ]);
  await writeWhole(path, async (file) => {
    const writer = new arrow.RecordBatchFileWriter();
    const written = (async () => {
      for await (const bytes of writer) await file.writeFile(bytes);
    })();
    written.catch(() => undefined);
    for (const { samples, features, counts } of longRows(table)) {
      signal?.throwIfAborted();
      const indices = (of: typeof texts.sample, values: Uint32Array) =>
        arrow.makeData({ type: of.type, dictionary: of.dictionary, data: Int32Array.from(values) });
      const children = [
        indices(texts.sample, samples),
        indices(texts.feature, features),
        arrow.makeData({ type: new arrow.Float64(), data: counts }),
        ...(texts.taxonomy ? [indices(texts.taxonomy, features)] : []),
      ];
      const type = new arrow.Struct(schema.fields);
      writer.write(new arrow.RecordBatch(schema, arrow.makeData({ type, length: counts.length, children })));
    }
    writer.finish();
    await written;
  });
}

/** The feature table of an Arrow IPC file or stream in long form. */
export async function readArrowTable(path: string, { signal }: ArrowTableOptions = {}): Promise<FeatureTable> {
  const { RecordBatchReader } = await import('apache-arrow');
  const rows = new LongFormReader(path);
  const file = await open(path, 'r');
  const { size } = await file.stat();
  try {
    const batches = await RecordBatchReader.from(file);
    for await (const batch of batches) {
      signal?.throwIfAborted();
      if (batch.numRows > size) throw longFormError(path, `it claims ${batch.numRows} rows in ${size} bytes`);
      rows.add(columnsOf(path, batch.numRows, (name) => batch.getChild(name), batch.schema.names.map(String)));
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if ((cause as Error).name === 'SeqError') throw cause;
    throw unreadableFile(path, 'Arrow', cause);
  } finally {
    await file.close();
  }
  return rows.table();
}

function columnsOf(
  path: string,
  length: number,
  child: (name: string) => Vector | null,
  names: readonly string[],
): LongColumns {
  const { sample, feature, count, taxonomy } = longFormColumns;
  const missing = [sample, feature, count].filter((name) => child(name) === null);
  if (missing.length > 0) {
    const found = names.slice(0, 8).join(', ');
    throw longFormError(path, `it has no column ${missing.join(', ')} (found ${found || 'none'})`);
  }
  const lineages = child(taxonomy);
  return {
    length,
    sample: valuesOf(child(sample)!),
    feature: valuesOf(child(feature)!),
    count: valuesOf(child(count)!),
    taxonomy: lineages === null ? undefined : valuesOf(lineages),
  };
}

/** Values by row; texts of a dictionary are decoded once each. */
function valuesOf(column: Vector): (row: number) => unknown {
  const [first, ...others] = column.data;
  const dictionary = first?.dictionary;
  if (!dictionary || others.length > 0 || column.nullCount > 0) return (row) => column.get(row);
  const texts = new Map<number, unknown>();
  return (row) => {
    const index = Number(first.values[row]);
    if (!texts.has(index)) texts.set(index, dictionary.get(index));
    return texts.get(index);
  };
}
