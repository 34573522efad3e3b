// Writes a file whole or not at all: beside its place first, then renamed. Knows no format.
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unifracError } from '../errors.js';
import { quoted } from '../quoted.js';

/** Writes what `write` gives to an open file, under another name in the same folder, and renames it at the end. */
export async function writeWhole(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    const file = await open(beside, 'w');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw cause;
    const reason = code === 'ENOENT' ? 'its folder does not exist' : `the system says ${code}`;
    const message = `${quoted(path)} was not written: ${reason}. Nothing was changed.`;
    throw unifracError('FILE_NOT_WRITTEN', message, { details: { path }, cause });
  }
}
