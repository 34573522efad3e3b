// Reads whole files with bounded memory, and turns what the file system says into our errors. Knows no format.
import { constants } from 'node:buffer';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { dataError } from '../errors.js';
import { quotedPath } from '../text/quoted.js';

/** Largest text, in bytes: what fits into one JavaScript string. */
export const mostTextBytes: number = Math.min(constants.MAX_STRING_LENGTH, 512 * 2 ** 20 - 64);

/** The error of a file that the system would not give us. */
export function fileError(path: string, cause: unknown): Error {
  const { code, name } = cause as NodeJS.ErrnoException;
  if (typeof code !== 'string' || name === 'SeqError') return cause as Error;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return dataError(
      'FILE_NOT_FOUND',
      `There is no file ${quotedPath(path)}. Check the path; it is relative to the folder you are in.`,
      {
        details: { path },
        cause,
      },
    );
  }
  const reason = code === 'EISDIR' ? 'it is a folder' : `the system says ${code}`;
  return dataError('FILE_UNREADABLE', `${quotedPath(path)} cannot be read: ${reason}.`, { details: { path }, cause });
}

/** The first bytes of a file, fewer if it is shorter. */
export async function readStart(path: string, byteCount: number): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const bytes = new Uint8Array(byteCount);
    const { bytesRead } = await handle.read(bytes, 0, byteCount, 0);
    return bytes.subarray(0, bytesRead);
  } catch (cause) {
    throw fileError(path, cause);
  } finally {
    await handle?.close();
  }
}

/** Options of everything that reads a text file. */
export interface ReadTextOptions {
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The text of a file, UTF-8, unpacked if its bytes are gzip. A byte-order mark is removed.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_TOO_LARGE`, `FILE_MALFORMED` for a damaged archive or
 *   text in another encoding.
 */
export async function readText(path: string, options: ReadTextOptions = {}): Promise<string> {
  return decodeText(path, await readUnpacked(path, options));
}

/** Options of {@link readUnpacked}. */
export interface ReadUnpackedOptions extends ReadTextOptions {
  /** Refuses files that are larger, or unpack to more, in bytes. Default: what fits into one text. */
  readonly mostBytes?: number | undefined;
}

/** Most bytes that Node reads from a file in one piece. */
export const mostFileBytes: number = Math.min(constants.MAX_LENGTH, 2 ** 31 - 1);

/** The bytes of a file, unpacked if they are gzip, which is seen by its first bytes; errors as for {@link readText}. */
export async function readUnpacked(path: string, options: ReadUnpackedOptions = {}): Promise<Uint8Array> {
  const { signal, mostBytes = mostTextBytes } = options;
  const bytes = await readBytes(path, mostBytes, signal);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? unpacked(path, bytes, mostBytes) : bytes;
}

async function readBytes(path: string, mostBytes: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  signal?.throwIfAborted();
  try {
    const found = await stat(path);
    const { size } = found;
    if (!found.isFile())
      throw dataError(
        'FILE_UNREADABLE',
        `${quotedPath(path)} cannot be read: it is no regular file. Save what it gives as a file first.`,
        {
          details: { path },
        },
      );
    if (size > mostBytes) throw tooLarge(path, size, mostBytes);
    const handle = await open(path, 'r');
    try {
      return await handle.readFile(signal === undefined ? {} : { signal });
    } finally {
      await handle.close();
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw fileError(path, cause);
  }
}

function tooLarge(path: string, size: number, mostBytes: number): Error {
  const found = Number.isFinite(size) ? `holds ${size} bytes` : 'unpacks to more';
  return dataError(
    'FILE_TOO_LARGE',
    `${quotedPath(path)} ${found}${Number.isFinite(size) ? ', more' : ''} than the ${mostBytes} bytes this reader takes. ` +
      'Convert large tables to BIOM 2.1 (HDF5).',
    { details: { path, size } },
  );
}

async function unpacked(path: string, bytes: Uint8Array, mostBytes: number): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: mostBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(path, Number.POSITIVE_INFINITY, mostBytes);
    throw dataError(
      'FILE_MALFORMED',
      `${quotedPath(path)} is a damaged gzip archive (${(cause as Error).message}). Copy or download it again.`,
      { details: { path }, cause },
    );
  }
}

/** Bytes as UTF-8 text without a byte-order mark; `path` is for the error only. */
export function decodeText(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw dataError(
      'FILE_MALFORMED',
      `${quotedPath(path)} is no UTF-8 text${isUtf16 ? ', but UTF-16' : ''}. Save it as "Text (UTF-8)".`,
      { details: { path }, cause },
    );
  }
}
