// Reads record batches of named rows. Runs as a worker thread, because the library for Arrow may loop forever on a damaged
// file; the parent ends the thread after any failure.
// Plain JavaScript, so that it loads from the sources and from the bundle alike. Knows nothing of distances.
import { open } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { Unpacker } from './packing/unpacker.js';

/** The open file, its size in bytes, the name of its column of ids, its batches, and what unpacks them. */
let opened;

function idsOf(batch, idColumn) {
  const column = batch.getChild(idColumn);
  if (column === null) throw new Error(`it has no column ${idColumn}`);
  return Array.from({ length: batch.numRows }, (_, row) => {
    const id = column.get(row);
    if (typeof id !== 'string') throw new Error(`row ${row + 1} of the column ${idColumn} is no text`);
    return id;
  });
}

function numbersOf(batch, idColumn) {
  const others = batch.schema.fields.filter((field) => field.name !== idColumn);
  const [field] = others;
  if (others.length !== 1) throw new Error(`it has ${others.length} columns beside ${idColumn}, not one`);
  const column = batch.getChild(field.name);
  const { listSize: width } = field.type;
  const [data] = column.data;
  const items = width === undefined ? data : data?.children[0];
  const length = batch.numRows * (width ?? 1);
  if (length === 0) return { name: String(field.name), width, values: new Float64Array(0) };
  const found = items?.values;
  const isPlain = (found instanceof Float32Array || found instanceof Float64Array) && found.length >= length;
  if (!isPlain || column.nullCount > 0 || items.nullCount > 0) {
    throw new Error(`the column "${field.name}" holds no plain numbers, or too few of them`);
  }
  return { name: String(field.name), width, values: found.slice(0, length) };
}

const operations = {
  open: async ({ path, idColumn }) => {
    const arrow = await import('apache-arrow');
    const file = await open(path, 'r');
    const { size } = await file.stat();
    opened = { file, size, idColumn, unpacker: new Unpacker(size) };
    opened.unpacker.register(arrow);
    opened.batches = (await arrow.RecordBatchReader.from(file))[Symbol.asyncIterator]();
    return { value: null };
  },
  /** The rows of the next batch; null behind the last. */
  next: async () => {
    opened.unpacker.beginBatch();
    const { done, value: batch } = await opened.batches.next();
    if (done) return { value: null };
    if (!(batch.numRows >= 0 && batch.numRows <= opened.size)) {
      throw new Error(`it claims ${batch.numRows} rows in ${opened.size} bytes`);
    }
    const { idColumn } = opened;
    const value = { ids: idsOf(batch, idColumn), ...numbersOf(batch, idColumn) };
    return { value, transfer: [value.values.buffer] };
  },
  close: async () => {
    const { file } = opened ?? {};
    opened = undefined;
    await file?.close();
    return { value: null };
  },
};

parentPort.on('message', async ({ operation, ...request }) => {
  try {
    const { value, transfer = [] } = await operations[operation](request);
    parentPort.postMessage({ value }, transfer);
  } catch (error) {
    parentPort.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
});
