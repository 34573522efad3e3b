// Programs that read one table and say how long that took, each in a process of its own. Knows nothing of comparisons.
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What one reading took. */
export interface Reading {
  /** From the start of the process to its end, in milliseconds. */
  readonly processMs: number;
  /** From the call of the reader to its answer, in milliseconds. */
  readonly readMs: number;
  /** Largest resident memory of the process, in MiB. */
  readonly peakMiB: number;
  /** Counts that the table has. */
  readonly entries: number;
}

/** One side of a comparison. */
export interface Reader {
  readonly name: string;
  read(path: string): Promise<Reading>;
}

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));
const bundleFolder = join(packageFolder, 'node_modules/.cache/bench-read-table');

/** The package as users get it: bundled now, from the sources. */
export async function bundledReader(): Promise<Reader> {
  await mkdir(bundleFolder, { recursive: true });
  const tsup = fileURLToPath(new URL('../../../../node_modules/tsup/dist/cli-default.js', import.meta.url));
  await run(process.execPath, [tsup, '--out-dir', bundleFolder, '--silent'], packageFolder);
  return seqReader('seq', pathToFileURL(join(bundleFolder, 'index.js')).href, []);
}

/** Removes what {@link bundledReader} made. */
export async function removeBundle(): Promise<void> {
  await rm(bundleFolder, { recursive: true, force: true });
}

/** The sources, which load slowly. */
export function sourceReader(): Reader {
  const source = new URL('../../src/index.ts', import.meta.url).href;
  return seqReader('seq', source, ['--conditions=@seq/source', '--import', 'tsx']);
}

function seqReader(name: string, module: string, flags: readonly string[]): Reader {
  const program = `
    const { openFeatureTable } = await import(${JSON.stringify(module)});
    const started = performance.now();
    const { entryCount: entries } = await openFeatureTable(process.argv[1]);
    const readMs = performance.now() - started;
    console.log(JSON.stringify({ readMs, entries, peakMiB: process.resourceUsage().maxRSS / 1024 }));`;
  return reader(name, process.execPath, [...flags, '--input-type=module', '--eval', program]);
}

/** biom-format of the given Python. */
export function biomFormatReader(python: string): Reader {
  const program = `
import json, resource, sys, time
import biom
started = time.perf_counter()
table = biom.load_table(sys.argv[1])
taken = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"readMs": taken * 1000, "entries": int(table.nnz), "peakMiB": peak}))`;
  return reader('biom-format', python, ['-c', program]);
}

function reader(name: string, command: string, args: readonly string[]): Reader {
  return {
    name,
    read: async (path) => {
      const started = performance.now();
      const printed = await run(command, [...args, path], packageFolder);
      return { processMs: performance.now() - started, ...(JSON.parse(printed) as Omit<Reading, 'processMs'>) };
    },
  };
}

function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`read-table: ${command} ended with ${code}; what it said stands above.`));
    });
  });
}
