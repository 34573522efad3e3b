// Writes named rows of numbers, such as distances, as Arrow IPC files: a column of ids, and one of numbers or of lists of a
// fixed length. Knows Arrow only through apache-arrow, which is loaded when needed.
import type { FileHandle } from 'node:fs/promises';
import type { Data, RecordBatch } from 'apache-arrow';

/** Rows to be written. */
export interface VectorRows {
  /** Names of the rows. */
  readonly ids: readonly string[];
  /** Name of the column of ids. Default `sample_id`. */
  readonly idColumn?: string | undefined;
  /** Name of the column of numbers. */
  readonly name: string;
  /** Numbers per row; undefined for one number that is no list. */
  readonly width: number | undefined;
  readonly precision: 'f32' | 'f64';
  /** Whole rows, one block after the other; each block becomes a record batch. */
  readonly blocks: Iterable<Float32Array | Float64Array> | AsyncIterable<Float32Array | Float64Array>;
}

/** Writes rows as an Arrow IPC file with the columns `idColumn` and `name`. */
export async function writeArrowVectors(
  file: FileHandle,
  { ids, idColumn = 'sample_id', name, width, precision, blocks }: VectorRows,
  signal?: AbortSignal,
): Promise<void> {
  const arrow = await import('apache-arrow');
  const number = precision === 'f32' ? new arrow.Float32() : new arrow.Float64();
  const list = width === undefined ? undefined : new arrow.FixedSizeList(width, new arrow.Field('item', number, false));
  const schema = new arrow.Schema([
    new arrow.Field(idColumn, new arrow.Utf8(), false),
    new arrow.Field(name, list ?? number, false),
  ]);
  const writer = new arrow.RecordBatchFileWriter();
  const written = (async () => {
    for await (const bytes of writer) await file.writeFile(bytes);
  })();
  written.catch(() => undefined);
  const batchOf = (rowIds: readonly string[], block: Float32Array | Float64Array): RecordBatch => {
    const length = rowIds.length;
    const items = arrow.makeData({ type: number, data: block } as never);
    const values = list === undefined ? items : arrow.makeData({ type: list, length, child: items } as never);
    const children = [arrow.vectorFromArray(rowIds, new arrow.Utf8()).data[0]!, values as Data];
    return new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(schema.fields), length, children }));
  };
  let next = 0;
  try {
    for await (const block of blocks) {
      signal?.throwIfAborted();
      if (block.length === 0) continue;
      const rows = block.length / (width ?? 1);
      writer.write(batchOf(ids.slice(next, next + rows), block));
      next += rows;
    }
    if (next === 0) writer.write(batchOf([], precision === 'f32' ? new Float32Array(0) : new Float64Array(0)));
  } finally {
    writer.finish();
  }
  await written;
}
