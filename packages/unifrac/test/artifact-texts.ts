// What stands in an artifact, to compare two of them. Nothing here is under test.
import { readFile } from 'node:fs/promises';
import { ZipArchive } from '@seq/data/files';

/** Texts of the members of an archive, without the line that names the machine. */
export async function textsOf(path: string): Promise<Map<string, string>> {
  const archive = await ZipArchive.open(path, await readFile(path));
  const texts = new Map<string, string>();
  for (const name of archive.names) {
    const text = new TextDecoder().decode(await archive.read(name));
    if (!name.endsWith('checksums.md5')) texts.set(name, text.replace(/platform: .*/, ''));
  }
  return texts;
}
