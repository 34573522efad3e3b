// Writes feature tables in long form as Arrow IPC files. Knows Arrow only through apache-arrow, which is loaded when needed.
import type { FeatureTable } from '../table/feature-table.js';
import { writeWhole } from '../text/write-whole.js';
import { longFormColumns, longRows, longTexts } from './long-form.js';

/** Options of writing. */
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
