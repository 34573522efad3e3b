// Pieces of bytes on their way to a file: numbers as .npy, and any bytes in order. Knows no names of rows or columns.
import type { FileHandle } from 'node:fs/promises';
import { npyHeader } from '../arrays/npy-header.js';
import type { Numbers, Precision } from './distance-rows.js';

/** Blocks of numbers, together of the given shape, as a .npy file. */
export async function* npyPieces(
  shape: readonly number[],
  precision: Precision,
  blocks: Iterable<Numbers> | AsyncIterable<Numbers>,
): AsyncGenerator<Uint8Array> {
  yield npyHeader(precision === 'f32' ? '<f4' : '<f8', shape);
  for await (const { buffer, byteOffset, byteLength } of blocks) yield new Uint8Array(buffer, byteOffset, byteLength);
}

/** Writes pieces one after the other. */
export async function writePieces(file: FileHandle, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) await file.writeFile(piece);
}
