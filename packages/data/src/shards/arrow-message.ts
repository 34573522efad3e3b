// Reads record batches of Arrow IPC whose columns are known: places of buffers, and nothing that bytes could make endless, as
// the library does on hostile ones. Knows no tables and no checksums.
// Format: https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
import { FlatTable, longAt } from './flat-buffer.js';

/** A record batch: how many rows it has, and the buffers of its columns one after the other. */
export interface ArrowBatch {
  readonly rows: number;
  readonly buffers: readonly Uint8Array[];
}

/** A file of one record batch. */
export interface ArrowFile extends ArrowBatch {
  /** Names of the columns. */
  readonly names: readonly string[];
}

const recordBatchHeader = 3;
const magic = 'ARROW1';

/** The record batch in a message and its body; a RangeError if it is none. */
export function readArrowBatch(message: Uint8Array): ArrowBatch {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  requireArrow(view.getInt32(0, true) === -1, 'no message');
  const length = view.getInt32(4, true);
  requireArrow(length > 0 && 8 + length <= message.length, 'a message beyond its bytes');
  const metadata = FlatTable.root(message.subarray(8, 8 + length));
  const batch = metadata.table(2);
  requireArrow(metadata.byte(1) === recordBatchHeader && batch !== undefined, 'no record batch');
  requireArrow(batch.table(3) === undefined, 'a compressed record batch');
  const body = message.subarray(8 + length);
  const places = batch.list(2, 16);
  const buffers = Array.from({ length: places.byteLength / 16 }, (_, i) => {
    const [start, size] = [longAt(places, 16 * i), longAt(places, 16 * i + 8)];
    requireArrow(start >= 0 && size >= 0 && start + size <= body.length, 'a buffer beyond its body');
    return body.subarray(start, start + size);
  });
  return { rows: batch.long(0), buffers };
}

/** The record batch of a file that has exactly one; a RangeError if it is none. */
export function readArrowFile(bytes: Uint8Array): ArrowFile {
  const tail = bytes.length - magic.length;
  requireArrow(tail >= 12 && Buffer.from(bytes.subarray(tail)).toString('latin1') === magic, 'no Arrow file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const footerBytes = view.getInt32(tail - 4, true);
  requireArrow(footerBytes > 0 && footerBytes <= tail - 4, 'a footer beyond the file');
  const footer = FlatTable.root(bytes.subarray(tail - 4 - footerBytes, tail - 4));
  const blocks = footer.list(3, 24);
  requireArrow(blocks.byteLength === 24, 'not one record batch');
  const [start, size] = [longAt(blocks, 0), blocks.getInt32(8, true) + longAt(blocks, 16)];
  requireArrow(start >= 0 && size > 0 && start + size <= bytes.length, 'a record batch beyond the file');
  const names = (footer.table(1)?.tables(1) ?? []).map((field) => field.text(0));
  return { names, ...readArrowBatch(bytes.subarray(start, start + size)) };
}

/** The first numbers of a buffer, in place where they lie at a multiple of their size. */
export function numbersOf<Numbers>(
  Type: { new (buffer: ArrayBuffer, start: number, length: number): Numbers; readonly BYTES_PER_ELEMENT: number },
  bytes: Uint8Array | undefined,
  count: number,
): Numbers {
  const size = Type.BYTES_PER_ELEMENT;
  requireArrow(bytes !== undefined && bytes.length >= count * size, 'a buffer that is too short');
  const own = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return new Type(own.buffer as ArrayBuffer, own.byteOffset, count);
}

/** Offsets of `count` lists or texts into what they hold together; ascending from 0 to `end` at most. */
export function offsetsOf(bytes: Uint8Array | undefined, count: number, end: number): Int32Array {
  // Writers leave the offsets out where there is nothing to point to.
  if (end === 0) return new Int32Array(count + 1);
  const offsets = numbersOf(Int32Array, bytes, count + 1);
  requireArrow(offsets[0] === 0 && offsets[count]! <= end, 'offsets beyond what they point to');
  for (let i = 0; i < count; i++) requireArrow(offsets[i]! <= offsets[i + 1]!, 'offsets that decrease');
  return offsets;
}

/** Texts of a column, all or those of some rows: its buffers are validity, offsets and letters. Invalid ones are null. */
export function textsOf(
  buffers: readonly (Uint8Array | undefined)[],
  count: number,
  rows?: Uint32Array,
): (string | null)[] {
  const [validity, places, letters = new Uint8Array(0)] = buffers;
  const offsets = offsetsOf(places, count, letters.length);
  const bytes = Buffer.from(letters.buffer, letters.byteOffset, letters.length);
  const textAt = (i: number): string | null => {
    const isNull = validity !== undefined && validity.length > 0 && ((validity[i >> 3] ?? 0) & (1 << (i & 7))) === 0;
    return isNull ? null : bytes.toString('utf8', offsets[i], offsets[i + 1]);
  };
  return rows === undefined ? Array.from({ length: count }, (_, i) => textAt(i)) : Array.from(rows, textAt);
}

/** Throws a RangeError unless a claim about the bytes holds. */
export function requireArrow(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new RangeError(otherwise);
}
