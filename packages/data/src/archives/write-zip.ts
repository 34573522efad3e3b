// Writes members one after another into a ZIP archive, without holding them in memory. Knows no format inside.
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** What a file shall hold: text as UTF-8, or bytes, whole or in pieces. */
export type FileContent = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** A file inside an archive. */
export interface ZipMember {
  /** Path inside the archive, with `/` between folders. */
  readonly name: string;
  /** Asked for when it is the member's turn, after all members before it were written. */
  readonly content: () => FileContent;
  /** How hard deflate tries, 0 (stores as it is) to 9. Default 6. */
  readonly level?: number | undefined;
}

/** Options of {@link writeZip}. */
export interface WriteZipOptions {
  /** Time that all members bear, to 2 seconds, in UTC. */
  readonly time: Date;
  /** Ends the writing; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes an archive into an open file. The same members and time give the same bytes, whatever the time zone and the size
 * of the pieces. What a content throws is thrown on.
 */
export async function writeZip(
  file: FileHandle,
  members: readonly ZipMember[],
  { time, signal }: WriteZipOptions,
): Promise<void> {
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const ended = new AbortController();
  const stop = (reason: unknown): unknown => output.destroy(reason as Error);
  zip.on('error', stop);
  for (const { name, content, level = 6 } of members) {
    const options = { mtime: shownAsUtc(time), forceDosTimestamp: true, compressionLevel: level };
    zip.addReadStreamLazy(name, options, (answer) => {
      const source = Readable.from(piecesOf(content(), signal), { objectMode: false, signal: ended.signal });
      source.once('error', stop);
      answer(null, source);
    });
  }
  zip.end();
  try {
    for await (const piece of output) await file.writeFile(piece as Buffer);
  } finally {
    ended.abort();
  }
}

/** The time whose local fields are the given one's in UTC: archives hold fields without a zone. */
function shownAsUtc(time: Date): Date {
  const local = new Date(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate());
  local.setHours(time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds());
  return local;
}

const bytesPerPiece = 2 ** 18;

/** Content as bytes in pieces of bounded size. */
async function* piecesOf(content: FileContent, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  for await (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    for (let start = 0; start < bytes.length; start += bytesPerPiece) {
      signal?.throwIfAborted();
      yield bytes.subarray(start, start + bytesPerPiece);
    }
  }
}
