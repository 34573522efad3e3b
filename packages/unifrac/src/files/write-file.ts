// Writes a file whole or not at all, with errors in our words. Knows no format.
import type { FileHandle } from 'node:fs/promises';
import { writeWhole as writeBeside } from '@seq/data';
import { unifracError } from '../errors.js';
import { quoted } from '../quoted.js';

/** Writes what `write` gives to an open file, under another name in the same folder, and renames it at the end. */
export async function writeWhole(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await writeBeside(path, write);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw cause;
    const reason = code === 'ENOENT' ? 'its folder does not exist' : `the system says ${code}`;
    const message = `${quoted(path)} was not written: ${reason}. Nothing was changed.`;
    throw unifracError('FILE_NOT_WRITTEN', message, { details: { path }, cause });
  }
}
