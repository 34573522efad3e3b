// The folders of outputs, made before something is written. Knows no format.
import { mkdir, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Writes a file into a folder that need not exist before. Where the writing fails, no folder is left that was made for it:
 * what is written may be computed only then.
 *
 * @param path - of the file.
 * @param write - writes the file. What it throws is thrown on.
 */
export async function inOutputFolder(path: string, write: () => Promise<void>): Promise<void> {
  const folder = resolve(dirname(path));
  const firstMade = await mkdir(folder, { recursive: true });
  try {
    await write();
  } catch (cause) {
    if (firstMade !== undefined) await removeEmpty(folder, resolve(firstMade)).catch(() => undefined);
    throw cause;
  }
}

/** As {@link inOutputFolder} for several files; those that are not given ask for no folder. */
export async function inOutputFolders(
  paths: readonly (string | undefined)[],
  write: () => Promise<void>,
): Promise<void> {
  const [path, ...others] = paths.filter((given) => given !== undefined);
  if (path === undefined) return write();
  await inOutputFolder(path, () => inOutputFolders(others, write));
}

/** Removes a folder and those above it, up to `last`, as far as nothing is in them. */
async function removeEmpty(folder: string, last: string): Promise<void> {
  for (let place = folder; ; place = dirname(place)) {
    await rmdir(place);
    if (place === last) return;
  }
}
