// Bytes of a file, in memory or fetched as asked for. Knows no format.
import { type FileHandle, open } from 'node:fs/promises';
import { fileError, mostFileBytes, readStart, readUnpacked } from '@seq/data/files';

/** Bytes that can be read in pieces. */
export interface ByteSource extends AsyncDisposable {
  /** How many there are. */
  readonly size: number;
  /** Bytes from `offset` on, in an array of their own; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Bytes in memory. */
export function bytesInMemory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Bytes of a file: fetched in pieces, or unpacked at once if they are gzip. */
export async function openBytes(path: string, signal?: AbortSignal): Promise<ByteSource> {
  const [first, second] = await readStart(path, 2);
  if (first === 0x1f && second === 0x8b) {
    return bytesInMemory(await readUnpacked(path, { signal, mostBytes: mostFileBytes }));
  }
  try {
    const file = await open(path, 'r');
    const { size } = await file.stat();
    return {
      size,
      read: (offset, length) => readAt(file, offset, Math.min(length, size - offset)),
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (cause) {
    throw fileError(path, cause);
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(Math.max(0, length));
  for (let filled = 0; filled < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) return bytes.slice(0, filled);
    filled += bytesRead;
  }
  return bytes;
}
