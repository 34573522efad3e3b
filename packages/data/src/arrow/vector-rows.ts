// Named rows of numbers, such as distances, as Arrow IPC files and back: a column of ids, and one of numbers or of lists of a
// fixed length. Knows Arrow only through apache-arrow, which is loaded when needed.
import { type FileHandle, open } from 'node:fs/promises';
import type { Data, RecordBatch, Vector } from 'apache-arrow';
import { dataError } from '../errors.js';
import { counted, quoted, quotedPath } from '../text/quoted.js';
import { fileError } from '../text/read-file.js';

/** Rows to be written. */
export interface VectorRows {
  /** Names of the rows. */
  readonly ids: readonly string[];
  /** Name of the column of numbers. */
  readonly name: string;
  /** Numbers per row; undefined for one number that is no list. */
  readonly width: number | undefined;
  readonly precision: 'f32' | 'f64';
  /** Whole rows, one block after the other; each block becomes a record batch. */
  readonly blocks: Iterable<Float32Array | Float64Array> | AsyncIterable<Float32Array | Float64Array>;
}

/** Rows that were read. */
export interface ReadVectorRows {
  readonly ids: readonly string[];
  readonly name: string;
  readonly width: number | undefined;
  /** All rows, one after the other. */
  readonly values: Float32Array | Float64Array;
}

const idColumn = 'sample_id';

/** Writes rows as an Arrow IPC file with the columns `sample_id` and `name`. */
export async function writeArrowVectors(
  file: FileHandle,
  { ids, name, width, precision, blocks }: VectorRows,
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

/**
 * The rows of an Arrow IPC file or stream that has the column `sample_id` and one of numbers, or of lists of numbers of a
 * fixed length.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_MALFORMED`.
 */
export async function readArrowVectors(path: string, signal?: AbortSignal): Promise<ReadVectorRows> {
  const { RecordBatchReader } = await import('apache-arrow');
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  try {
    const { size } = await file.stat();
    const ids: string[] = [];
    const parts: Part[] = [];
    for await (const batch of await RecordBatchReader.from(file)) {
      signal?.throwIfAborted();
      if (batch.numRows > size) throw malformed(path, `it claims ${batch.numRows} rows in ${size} bytes`);
      addIds(path, batch, ids);
      parts.push(numbersOf(path, batch));
    }
    return { ids, ...joined(path, parts) };
  } catch (cause) {
    signal?.throwIfAborted();
    if ((cause as Error).name === 'SeqError') throw cause;
    throw malformed(path, `its content is damaged (${(cause as Error).message})`, cause);
  } finally {
    await file.close();
  }
}

interface Part {
  readonly name: string;
  readonly width: number | undefined;
  readonly values: Float32Array | Float64Array;
}

function addIds(path: string, batch: RecordBatch, ids: string[]): void {
  const column = batch.getChild(idColumn);
  if (column === null) throw malformed(path, `it has no column ${idColumn}`);
  for (const id of column as Vector) {
    if (typeof id !== 'string') throw malformed(path, `the column ${idColumn} holds something else than text`);
    ids.push(id);
  }
}

function numbersOf(path: string, batch: RecordBatch): Part {
  const { fields } = batch.schema;
  const others = fields.filter((field) => field.name !== idColumn);
  const [field] = others;
  if (field === undefined || others.length > 1) {
    throw malformed(path, `it has ${counted(others.length, 'column')} beside ${idColumn}, not one`);
  }
  const name = String(field.name);
  const column = batch.getChildAt(fields.indexOf(field))!;
  const [data] = column.data;
  const listSize: unknown = (field.type as { readonly listSize?: unknown }).listSize;
  const width = typeof listSize === 'number' ? listSize : undefined;
  const items = width === undefined ? data : data?.children[0];
  const length = batch.numRows * (width ?? 1);
  const values: unknown = length === 0 ? new Float64Array(0) : items?.values;
  const isPlain = (values instanceof Float32Array || values instanceof Float64Array) && values.length >= length;
  if (!isPlain || column.nullCount > 0) {
    throw malformed(path, `the column ${quoted(name)} holds no plain numbers, or too few of them`);
  }
  return { name, width, values: values.subarray(0, length) };
}

function joined(path: string, parts: readonly Part[]): Part {
  const [first] = parts;
  if (first === undefined) throw malformed(path, 'it holds no rows');
  if (parts.length === 1) return first;
  const total = parts.reduce((sum, { values }) => sum + values.length, 0);
  const isNarrow = parts.every(({ values }) => values instanceof Float32Array);
  const values = isNarrow ? new Float32Array(total) : new Float64Array(total);
  let next = 0;
  for (const part of parts) {
    values.set(part.values, next);
    next += part.values.length;
  }
  return { ...first, values };
}

function malformed(path: string, found: string, cause?: unknown): Error {
  const message = `${quotedPath(path)} cannot be read as rows of numbers in Arrow: ${found}. Write it again.`;
  return dataError('FILE_MALFORMED', message, { details: { path }, cause });
}
