// The package as users get it, for benches that start processes: bundled now, from the sources. Knows no bench.
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

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

/** What a program prints; an error if it fails. */
export function runProgram(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { cwd: packageFolder, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${command} ended with ${code}; what it said stands above.`));
    });
  });
}
