// Finds the benches and fuzz targets of the repository by the ends of their names. Knows nothing of either.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Root folder of the repository. */
export const repositoryRoot: string = fileURLToPath(new URL('../../', import.meta.url));

/** Folders that may hold such files: `<kind>/` of every package and of the tooling. */
function foldersOf(kind: string): string[] {
  const packages = readdirSync(join(repositoryRoot, 'packages')).map((name) =>
    join(repositoryRoot, 'packages', name, kind),
  );
  return [...packages, join(repositoryRoot, 'tooling', kind)];
}

/** Absolute paths of the files `*.<kind>.ts` in the given folders, sorted. */
export function filesOf(kind: string, folders: readonly string[] = foldersOf(kind)): string[] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((path) => path.endsWith(`.${kind}.ts`))
    .sort();
}

/** Imports each file and hands back its default export, which must have a `name` of its own. */
export async function loadNamed<Named extends { readonly name: string }>(
  files: readonly string[],
): Promise<readonly { readonly file: string; readonly loaded: Named }[]> {
  const found: { file: string; loaded: Named }[] = [];
  for (const file of files) {
    const { default: loaded } = (await import(pathToFileURL(file).href)) as { default?: Named };
    if (typeof loaded?.name !== 'string') throw new Error(`${file}: exports no default with a name.`);
    const same = found.find((other) => other.loaded.name === loaded.name);
    if (same !== undefined) throw new Error(`${file}: the name "${loaded.name}" is taken by ${same.file}.`);
    found.push({ file, loaded });
  }
  return found;
}
