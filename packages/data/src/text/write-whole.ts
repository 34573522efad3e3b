// Writes a file whole or not at all: beside its place first, then renamed. Knows no format.
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { dataError } from '../errors.js';
import { quotedPath } from './quoted.js';

/**
 * Writes a file under a temporary name in its folder, flushes it to the disk, and renames it, so that readers see the old
 * one or the whole new one. What `write` throws is thrown on, and the temporary file is removed.
 *
 * @param path - final name; its folder exists, an existing file is replaced.
 * @param write - writes the content to the open file.
 * @throws SeqError `FILE_NOT_WRITTEN` if the system refuses, which leaves everything as it was.
 */
export async function writeWhole(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await writeWholeAt(path, async (temporary) => {
    const file = await open(temporary, 'wx');
    try {
      await write(file);
    } finally {
      await file.close();
    }
  });
}

/**
 * As {@link writeWhole}, for libraries that open files by their name: `write` makes the file of the temporary name it is
 * given and closes it.
 *
 * @throws SeqError `FILE_NOT_WRITTEN`.
 */
export async function writeWholeAt(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await write(temporary);
    await flush(temporary);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw notWritten(path, cause);
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The error of a file that the system would not take; any other cause as it came. */
export function notWritten(path: string, cause: unknown): Error {
  const { code } = cause as NodeJS.ErrnoException;
  if (!(cause instanceof Error) || typeof code !== 'string' || !('syscall' in cause)) return cause as Error;
  const reason = code === 'ENOENT' ? 'its folder does not exist' : `the system says ${code}`;
  const message = `${quotedPath(path)} was not written: ${reason}. Nothing was changed.`;
  return dataError('FILE_NOT_WRITTEN', message, { details: { path }, cause });
}
