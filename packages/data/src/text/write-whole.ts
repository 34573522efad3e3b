// Writes a file whole or not at all: beside its place first, then renamed. Knows no format.
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file under a temporary name in its folder, flushes it to the disk, and renames it, so that readers see the old
 * one or the whole new one. What goes wrong is thrown as it came, and the temporary file is removed.
 *
 * @param path - final name; its folder exists, an existing file is replaced.
 * @param write - writes the content to the open file.
 */
export async function writeWhole(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}
