// The one place that reads Arrow and Parquet. Runs as a worker thread, because the libraries for them may loop forever or fail
// behind the scenes on a damaged file; the parent ends the thread after any failure.
// Plain JavaScript, so that it loads from the sources and from the bundle alike. Knows nothing of tables.
import { open } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { Unpacker } from '../arrow/packing/unpacker.js';

/** A row of a table differs from the one before, so not even packing makes more rows of a byte. */
const mostRowsPerByte = 500;

/** Names of the columns of the open file, its batches, what unpacks them, and how to close it. */
let opened;

async function openArrow(path) {
  const arrow = await import('apache-arrow');
  const file = await open(path, 'r');
  const close = () => file.close();
  try {
    const { size } = await file.stat();
    const unpacker = new Unpacker(size);
    unpacker.register(arrow);
    const reader = await (await arrow.RecordBatchReader.from(file)).open();
    return { names: reader.schema.names.map(String), batches: arrowBatches(reader, size), unpacker, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function* arrowBatches(reader, bytes) {
  for await (const batch of reader) {
    requireRows(batch.numRows, bytes);
    yield {
      length: batch.numRows,
      column: (name) => {
        const vector = batch.getChild(name);
        const [first, ...others] = vector.data;
        const isPlain = !first?.dictionary || others.length > 0 || vector.nullCount > 0;
        if (isPlain) return { of: (row) => vector.get(row) };
        return { keys: (row) => Number(first.values[row]), of: (key) => first.dictionary.get(key) };
      },
    };
  }
}

async function openParquet(path) {
  const parquet = await import('hyparquet');
  const { asyncBufferFromFile, parquetMetadataAsync, parquetRead } = parquet;
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const leaves = metadata.schema.slice(1).filter(({ num_children: children }) => children === undefined);
  const rows = metadata.row_groups.map(({ num_rows: count }) => Number(count));
  requireRows(
    rows.reduce((sum, count) => sum + Math.abs(count), 0),
    file.byteLength,
  );
  const unpacker = new Unpacker(file.byteLength);
  const compressors = unpacker.codecs(parquet.snappyUncompress);
  const batches = async function* (columns) {
    let start = 0;
    for (const length of rows) {
      const values = new Map(columns.map((name) => [name, []]));
      const onChunk = ({ columnName, columnData, rowStart }) => {
        const target = values.get(columnName);
        for (let i = 0; i < columnData.length; i++) target[rowStart + i - start] = columnData[i];
      };
      await parquetRead({ file, metadata, columns, compressors, rowStart: start, rowEnd: start + length, onChunk });
      yield { length, column: (name) => ({ of: (row) => values.get(name)[row] }) };
      start += length;
    }
  };
  return { names: leaves.map(({ name }) => String(name)), batches, unpacker, close: async () => undefined };
}

function requireRows(count, bytes) {
  if (count >= 0 && count <= bytes * mostRowsPerByte) return;
  throw new Error(`${count} rows are claimed, which ${bytes} bytes cannot hold`);
}

/** Values without their repetitions: each distinct one, and which of them stands in each row. */
function distinct(length, { of, keys = of, isKeyed = keys !== of }) {
  const places = new Map();
  const values = [];
  const indices = new Uint32Array(length);
  for (let row = 0; row < length; row++) {
    const key = keys(row);
    let place = places.get(key);
    if (place === undefined) {
      place = values.push(sendable(isKeyed ? of(key) : key)) - 1;
      places.set(key, place);
    }
    indices[row] = place;
  }
  return { values, indices };
}

/** Counts as doubles up to the first that is no number, which is told apart. */
function numbers(length, { of, keys }) {
  const counts = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    const value = keys === undefined ? of(row) : of(keys(row));
    if (typeof value !== 'number' && typeof value !== 'bigint') return { counts, odd: { row, value: sendable(value) } };
    counts[row] = Number(value);
  }
  return { counts };
}

/** A value that can go to another thread. */
function sendable(value) {
  return typeof value === 'object' && value !== null ? {} : value;
}

const operations = {
  open: async ({ path, format }) => {
    opened = await (format === 'arrow' ? openArrow(path) : openParquet(path));
    return opened.names;
  },
  /** The next rows of the columns asked for, those of counts as numbers; null behind the last. */
  next: async ({ texts, count }) => {
    opened.iterator ??= typeof opened.batches === 'function' ? opened.batches([...texts, count]) : opened.batches;
    opened.unpacker.beginBatch();
    const { done, value: batch } = await opened.iterator.next();
    if (done) return null;
    return {
      length: batch.length,
      texts: texts.map((name) => distinct(batch.length, batch.column(name))),
      count: numbers(batch.length, batch.column(count)),
    };
  },
  close: async () => {
    const { close } = opened ?? {};
    opened = undefined;
    await close?.();
    return null;
  },
};

parentPort.on('message', async ({ operation, ...request }) => {
  try {
    parentPort.postMessage({ value: await operations[operation](request) });
  } catch (error) {
    parentPort.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
});
