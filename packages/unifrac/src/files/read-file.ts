// Reads a whole file, unpacked if it is gzip, with errors in our words. Knows no format.
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { unifracError } from '../errors.js';
import { quoted } from '../quoted.js';

/** The bytes of a file; gzip is recognised by its first bytes, not by the name. */
export async function readUnpacked(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  signal?.throwIfAborted();
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path, signal === undefined ? {} : { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw readError(path, cause);
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await promisify(gunzip)(bytes);
  } catch (cause) {
    const message = `${quoted(path)} is a damaged gzip archive (${(cause as Error).message}). Copy or download it again.`;
    throw unifracError('FILE_MALFORMED', message, { details: { path }, cause });
  }
}

function readError(path: string, cause: unknown): Error {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const message = `There is no file ${quoted(path)}. Check the path; it is relative to the folder you are in.`;
    return unifracError('FILE_NOT_FOUND', message, { details: { path }, cause });
  }
  const reason = code === 'EISDIR' ? 'it is a folder' : `the system says ${code ?? (cause as Error).message}`;
  return unifracError('FILE_UNREADABLE', `${quoted(path)} cannot be read: ${reason}.`, { details: { path }, cause });
}
