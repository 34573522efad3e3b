// Reads and unpacks rows of an HDF5 data set as bytes. Knows neither numbers nor texts.

import { promisify } from 'node:util';
import { inflate, inflateSync } from 'node:zlib';
import { requireDirect } from './beyond-direct-reading.js';
import { type DirectDataSet, filterId, type StoredChunk } from './data-set.js';
import type { FileBytes } from './file-bytes.js';

/** Bytes unpacked before others of the event loop get their turn. */
const turnBytes = 2 ** 18;
/** From this size on, a chunk is unpacked off the event loop. */
const largeChunkBytes = 2 ** 20;

/** The elements of the rows from `start` to before `end`, all columns, one after the other as in the file. */
export async function readRows(
  bytes: FileBytes,
  data: DirectDataSet,
  start: number,
  end: number,
): Promise<ArrayBuffer> {
  const { chunks, chunkRows, chunkColumns, type } = data;
  const columns = data.shape[1] ?? 1;
  const rows = new Uint8Array((end - start) * columns * type.size);
  if (rows.length === 0) return rows.buffer;
  if (data.filters.length === 0 && chunks.length === 1) return readContiguous(bytes, data, start, end);
  const perRow = Math.ceil(columns / chunkColumns);
  let unpacked = 0;
  for (let i = Math.floor(start / chunkRows) * perRow; i < Math.ceil(end / chunkRows) * perRow; i++) {
    const chunk = chunks[i]!;
    const content = await readChunk(bytes, data, chunk);
    place(content, { chunk, data, rows, start, end });
    unpacked += content.length;
    if (unpacked < turnBytes) continue;
    unpacked = 0;
    await new Promise(setImmediate);
  }
  return rows.buffer;
}

async function readContiguous(
  bytes: FileBytes,
  { chunks, shape, type }: DirectDataSet,
  start: number,
  end: number,
): Promise<ArrayBuffer> {
  const rowBytes = (shape[1] ?? 1) * type.size;
  const view = await bytes.view(chunks[0]!.address + start * rowBytes, (end - start) * rowBytes);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer as ArrayBuffer;
}

/** A chunk, unpacked. */
async function readChunk(bytes: FileBytes, data: DirectDataSet, { address, size }: StoredChunk): Promise<Uint8Array> {
  const { chunkRows, chunkColumns, type, filters } = data;
  const chunkBytes = chunkRows * chunkColumns * type.size;
  const view = await bytes.view(address, size);
  let content: Uint8Array = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (const filter of filters.toReversed()) {
    content = filter === filterId.deflate ? await inflated(content, chunkBytes) : unshuffled(content, type.size);
  }
  requireDirect(content.length === chunkBytes, 'a chunk of another size');
  return content;
}

async function inflated(packed: Uint8Array, length: number): Promise<Uint8Array> {
  const options = { chunkSize: Math.max(64, length), maxOutputLength: length };
  if (length < largeChunkBytes) return inflateSync(packed, options);
  return promisify<Uint8Array, typeof options, Uint8Array>(inflate)(packed, options);
}

/** Undoes the shuffle filter, which stores the first bytes of all elements, then the second bytes, and so on. */
function unshuffled(content: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(content.length / size);
  const whole = new Uint8Array(content.length);
  for (let byte = 0; byte < size; byte++) {
    const first = byte * count;
    for (let i = 0, to = byte; i < count; i++, to += size) whole[to] = content[first + i]!;
  }
  whole.set(content.subarray(count * size), count * size);
  return whole;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly chunk: StoredChunk;
  readonly data: DirectDataSet;
  readonly rows: Uint8Array;
}

/** Copies what a chunk and the wanted rows have in common. */
function place(content: Uint8Array, { chunk, data, rows, start, end }: Place): void {
  const { chunkRows, chunkColumns, type, shape } = data;
  const columns = shape[1] ?? 1;
  const [first, last] = [Math.max(start, chunk.row), Math.min(end, chunk.row + chunkRows)];
  const width = Math.min(chunkColumns, columns - chunk.column) * type.size;
  const [from, to] = [chunkColumns * type.size, columns * type.size];
  if (from === to) {
    rows.set(content.subarray((first - chunk.row) * from, (last - chunk.row) * from), (first - start) * to);
    return;
  }
  // Rows are short here, so that words are copied one by one; and chunks of texts, the only ones of this kind, have whole words.
  const isWhole = [from, width, to, chunk.column * type.size, content.byteOffset].every((bytes) => bytes % 4 === 0);
  if (isWhole) {
    const source = new Uint32Array(content.buffer, content.byteOffset, content.byteLength / 4);
    const target = new Uint32Array(rows.buffer, rows.byteOffset, rows.byteLength / 4);
    const there = ((first - start) * to + chunk.column * type.size) / 4;
    copyWords(source.subarray(((first - chunk.row) * from) / 4), target.subarray(there), {
      rows: last - first,
      words: width / 4,
      sourceStep: from / 4,
      targetStep: to / 4,
    });
    return;
  }
  for (let row = first; row < last; row++) {
    const here = (row - chunk.row) * from;
    rows.set(content.subarray(here, here + width), (row - start) * to + chunk.column * type.size);
  }
}

interface CopyWords {
  readonly rows: number;
  readonly words: number;
  readonly sourceStep: number;
  readonly targetStep: number;
}

function copyWords(source: Uint32Array, target: Uint32Array, { rows, words, sourceStep, targetStep }: CopyWords): void {
  for (let row = 0, here = 0, there = 0; row < rows; row++, here += sourceStep, there += targetStep) {
    for (let i = 0; i < words; i++) target[there + i] = source[here + i]!;
  }
}
