// Writes a file so that readers see the old one or the whole new one, never a part.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeWhole } from '@seq/data';

/**
 * Writes a file under a temporary name in its folder, flushes it to the disk, and renames it. Makes missing folders.
 *
 * @param path - final name; an existing file is replaced.
 * @param content - text (written as UTF-8) or bytes.
 */
export async function writeFileWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, (file) => file.writeFile(content));
}
