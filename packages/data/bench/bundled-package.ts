// The package as users get it, for benches that start processes: bundled now, from the sources. Knows no bench.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { printedBy } from '../../../tooling/bench/printed-by.js';

/** How a program can import the package. */
export interface PackageUnderTest {
  /** What stands behind `import`. */
  readonly module: string;
  /** Flags that Node needs for it. */
  readonly flags: readonly string[];
  /** Removes what was made. */
  readonly remove: () => Promise<void>;
}

const packageFolder = fileURLToPath(new URL('../', import.meta.url));

/** Bundles the package where its dependencies are found; `name` keeps benches apart. */
export async function bundledPackage(name: string): Promise<PackageUnderTest> {
  const folder = join(packageFolder, 'node_modules/.cache', `bench-${name}-${process.pid}`);
  await mkdir(folder, { recursive: true });
  const tsup = fileURLToPath(new URL('../../../node_modules/tsup/dist/cli-default.js', import.meta.url));
  await runProgram(process.execPath, [tsup, '--out-dir', folder, '--silent']);
  return {
    module: pathToFileURL(join(folder, 'index.js')).href,
    flags: [],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The sources themselves, which load slowly and take more memory: good enough to see that a bench still runs. */
export function sourcePackage(): PackageUnderTest {
  return {
    module: new URL('../src/index.ts', import.meta.url).href,
    flags: ['--conditions=@seq/source', '--import', 'tsx'],
    remove: async () => {},
  };
}

/** What a program prints that runs in the folder of the package. */
export const runProgram = (command: string, args: readonly string[]): Promise<string> =>
  printedBy(command, args, packageFolder);
