// Unpacks many chunks of a data set by few calls of the native addon. Knows neither numbers nor texts.
import { native } from '../../native.js';
import { requireDirect } from './beyond-direct-reading.js';
import { type DirectDataSet, filterId } from './data-set.js';
import type { FileBytes } from './file-bytes.js';

/** From this size on, a chunk is unpacked off the event loop. */
export const largeChunkBytes: number = 2 ** 20;
/** Fewer chunks are unpacked sooner than the addon is loaded, unless the file is so large that others need it anyway. */
const fewestChunks = 16;
const largeFileBytes = 2 ** 20;
/** Bytes unpacked before others of the event loop get their turn. */
const turnBytes = 4 * 2 ** 20;
/** Chunks unpacked at once, at most. */
const mostChunks = 2 ** 14;
/** Bytes of the file that may lie between chunks which are fetched together. */
const gapBytes = 2 ** 18;
const threads = 2;

/** Loads the addon for a file that will need it, as long as there is something else to wait for. */
export function loadSoon({ size }: FileBytes): void {
  if (size < largeFileBytes) return;
  try {
    native();
  } catch {
    // Where there is none, the first chunk says so.
  }
}

/** Chunks from `first` to before `end`, in the order of the file. */
export interface ChunkRange {
  readonly first: number;
  readonly end: number;
}

/** Chunks that lie close together, and the bytes of the file from `from` to before `to` that hold them. */
export interface ChunksTogether extends ChunkRange {
  readonly from: number;
  readonly to: number;
}

/** What becomes of the unpacked bytes. */
export interface Unpacked {
  readonly target: Uint8Array<ArrayBuffer>;
  /** Bytes of the first chunk that are left out; the last chunk ends where the target does. */
  readonly skipped: number;
  /** Integers of 64 bits that become doubles. Default: none. */
  readonly doublesOf?: 'int64' | 'uint64' | undefined;
}

/** Bytes of a chunk of a data set, unpacked. */
export function chunkBytesOf({ chunkRows, chunkColumns, type }: DirectDataSet): number {
  return chunkRows * chunkColumns * type.size;
}

/** Whether the addon unpacks these chunks: small ones, not too few, without filters that it does not know. */
export function areUnpackedTogether(
  { size: fileBytes }: FileBytes,
  data: DirectDataSet,
  { first, end }: ChunkRange,
): boolean {
  const chunkBytes = chunkBytesOf(data);
  if (chunkBytes >= largeChunkBytes) return false;
  if (end - first < fewestChunks && fileBytes < largeFileBytes) return false;
  if (!data.filters.every((id) => id === filterId.deflate || id === filterId.shuffle)) return false;
  // A chunk that is far larger packed than unpacked is damaged, and would be fetched for nothing.
  for (let i = first; i < end; i++) if (data.chunks[i]!.size > 2 * chunkBytes + 64) return false;
  return true;
}

/** How far the chunks from `first` on are unpacked at once: until it is the turn of others, or far apart in the file. */
export function togetherFrom(data: DirectDataSet, { first, end }: ChunkRange): ChunksTogether {
  const most = Math.min(end, first + Math.min(mostChunks, Math.max(1, Math.floor(turnBytes / chunkBytesOf(data)))));
  let { address: from, size: packed } = data.chunks[first]!;
  let to = from + packed;
  let i = first + 1;
  for (; i < most; i++) {
    const { address, size } = data.chunks[i]!;
    const [nextFrom, nextTo] = [Math.min(from, address), Math.max(to, address + size)];
    packed += size;
    if (nextTo - nextFrom > 2 * packed + gapBytes) break;
    [from, to] = [nextFrom, nextTo];
  }
  return { first, end: i, from, to };
}

/** Unpacks chunks that {@link togetherFrom} named. */
export async function unpackTogether(
  bytes: FileBytes,
  data: DirectDataSet,
  { first, end, from, to }: ChunksTogether,
  { target, skipped, doublesOf }: Unpacked,
): Promise<void> {
  const view = await bytes.view(from, to - from);
  const places = new Uint32Array((end - first) * 3);
  for (let i = first, at = 0; i < end; i++) {
    const { address, size, leftOut } = data.chunks[i]!;
    places[at++] = address - from;
    places[at++] = size;
    places[at++] = leftOut;
  }
  const storage = {
    filters: [...data.filters],
    elementBytes: data.type.size,
    chunkBytes: chunkBytesOf(data),
    ...(doublesOf && { doublesOf }),
  };
  const packed = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const room = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
  const damaged = native().unpackChunks(packed, places, storage, skipped, room, threads);
  requireDirect(damaged === null, 'a damaged chunk');
}
