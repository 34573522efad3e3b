// Reads and unpacks rows of an HDF5 data set as bytes. Knows neither numbers nor texts.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inflate, inflateSync } from 'node:zlib';
import { requireDirect } from './beyond-direct-reading.js';
import { type DirectDataSet, filterId, type StoredChunk } from './data-set.js';
import type { FileBytes } from './file-bytes.js';
import { unpackedLzf } from './lzf.js';
import {
  areUnpackedTogether,
  type ChunkRange,
  chunkBytesOf,
  largeChunkBytes,
  togetherFrom,
  type Unpacked,
  unpackTogether,
} from './unpack-chunks.js';

/** Bytes unpacked before others of the event loop get their turn. */
const turnBytes = 2 ** 18;

/** Some rows and columns of a data set that lie together. */
export interface RowPiece {
  readonly view: DataView;
  /** First row and first column. */
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  /** Bytes from one row to the next in `view`. */
  readonly rowBytes: number;
}

/** Which rows are read. */
interface Rows {
  readonly start: number;
  readonly end: number;
}

/** The elements of the rows from `start` to before `end`, all columns, one after the other as in the file. */
export async function readRows(
  bytes: FileBytes,
  data: DirectDataSet,
  start: number,
  end: number,
): Promise<ArrayBuffer> {
  const { size } = data.type;
  const rowBytes = (data.shape[1] ?? 1) * size;
  const rows = new Uint8Array((end - start) * rowBytes);
  await readPieces(bytes, data, { start, end }, (piece) => {
    const target = rows.subarray((piece.row - start) * rowBytes + piece.column * size);
    place(piece, target, { width: piece.columns * size, rowBytes });
  });
  return rows.buffer;
}

/** Elements of a data set of one dimension in many chunks, if the addon unpacks them; undefined otherwise. */
export async function readManyChunks(
  bytes: FileBytes,
  data: DirectDataSet,
  { start, end }: Rows,
  doublesOf: Unpacked['doublesOf'],
): Promise<ArrayBuffer | undefined> {
  const { chunkRows, shape, type } = data;
  const all = { first: Math.floor(start / chunkRows), end: Math.ceil(end / chunkRows) };
  if (shape.length !== 1 || !areUnpackedTogether(bytes, data, all)) return undefined;
  const rows = new Uint8Array((end - start) * type.size);
  for (let { first } = all; first < all.end; ) {
    const together = togetherFrom(data, { first, end: all.end });
    const row = Math.max(start, first * chunkRows);
    const target = rows.subarray(
      (row - start) * type.size,
      (Math.min(end, together.end * chunkRows) - start) * type.size,
    );
    await unpackTogether(bytes, data, together, { target, skipped: (row - first * chunkRows) * type.size, doublesOf });
    first = together.end;
    if (first < all.end) await nextTurn();
  }
  return rows.buffer;
}

/** Unpacks the rows piece by piece, in the order of the file, and waits for `visit` before the next piece. */
export async function readPieces(
  bytes: FileBytes,
  data: DirectDataSet,
  { start, end }: Rows,
  visit: (piece: RowPiece) => Promise<void> | void,
): Promise<void> {
  const { chunks, chunkRows, chunkColumns, type } = data;
  const columns = data.shape[1] ?? 1;
  if ((end - start) * columns === 0) return;
  if (data.filters.length === 0 && chunks.length === 1) {
    const rowBytes = columns * type.size;
    const view = await bytes.view(chunks[0]!.address + start * rowBytes, (end - start) * rowBytes);
    return visit({ view, row: start, column: 0, rows: end - start, columns, rowBytes });
  }
  const perRow = Math.ceil(columns / chunkColumns);
  const rowBytes = chunkColumns * type.size;
  const range = { first: Math.floor(start / chunkRows) * perRow, end: Math.ceil(end / chunkRows) * perRow };
  await readChunks(bytes, data, range, (chunk, content) => {
    const row = Math.max(start, chunk.row);
    const rows = Math.min(end, chunk.row + chunkRows) - row;
    const skipped = (row - chunk.row) * rowBytes;
    const view = new DataView(content.buffer, content.byteOffset + skipped, rows * rowBytes);
    const pieceColumns = Math.min(chunkColumns, columns - chunk.column);
    return visit({ view, row, rows, column: chunk.column, columns: pieceColumns, rowBytes });
  });
}

/** Some chunks, unpacked, in the order of the file; waits for `visit` before the next one. */
async function readChunks(
  bytes: FileBytes,
  data: DirectDataSet,
  { first, end }: ChunkRange,
  visit: (chunk: StoredChunk, content: Uint8Array) => Promise<void> | void,
): Promise<void> {
  const chunkBytes = chunkBytesOf(data);
  const isTogether = areUnpackedTogether(bytes, data, { first, end });
  let unpacked = 0;
  for (let i = first; i < end; ) {
    const together = isTogether ? togetherFrom(data, { first: i, end }) : undefined;
    const target = new Uint8Array(together === undefined ? 0 : (together.end - i) * chunkBytes);
    if (together !== undefined) await unpackTogether(bytes, data, together, { target, skipped: 0 });
    for (const last = together?.end ?? i + 1, from = i; i < last; i++) {
      const chunk = data.chunks[i]!;
      const at = (i - from) * chunkBytes;
      const content = isTogether ? target.subarray(at, at + chunkBytes) : await readChunk(bytes, data, chunk);
      const visited = visit(chunk, content);
      if (visited !== undefined) await visited;
      unpacked += chunkBytes;
      if (unpacked < turnBytes) continue;
      unpacked = 0;
      await nextTurn();
    }
  }
}

/** A chunk, unpacked. */
async function readChunk(bytes: FileBytes, data: DirectDataSet, chunk: StoredChunk): Promise<Uint8Array> {
  const { type, filters } = data;
  const chunkBytes = chunkBytesOf(data);
  const view = await bytes.view(chunk.address, chunk.size);
  let content: Uint8Array = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let i = filters.length - 1; i >= 0; i--) {
    if ((chunk.leftOut & (1 << i)) !== 0) continue;
    if (filters[i] === filterId.deflate) content = await inflated(content, chunkBytes);
    else content = filters[i] === filterId.lzf ? unpackedLzf(content, chunkBytes) : unshuffled(content, type.size);
  }
  requireDirect(content.length === chunkBytes, 'a chunk of another size');
  return content;
}

async function inflated(packed: Uint8Array, length: number): Promise<Uint8Array> {
  // One byte more than needed, since Node asks zlib again, with a second buffer, when the first is full.
  const options = { chunkSize: Math.max(64, length + 1), maxOutputLength: length };
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
  /** Bytes of a row that are copied. */
  readonly width: number;
  /** Bytes from one row of the target to the next. */
  readonly rowBytes: number;
}

/** Copies a piece to where its first row begins. */
function place({ view, rows, rowBytes: from }: RowPiece, target: Uint8Array, { width, rowBytes: to }: Place): void {
  const content = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  if (from === to) target.set(content);
  else for (let row = 0; row < rows; row++) target.set(content.subarray(row * from, row * from + width), row * to);
}
