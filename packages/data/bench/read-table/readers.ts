// Programs that read one table and say how long that took, each in a process of its own. Knows nothing of comparisons.
import { peakMiBInJavaScript, peakMiBInPython } from '../../../../tooling/bench/peak-memory.js';
import { type PackageUnderTest, runProgram } from '../bundled-package.js';

/** What one reading took. */
export interface Reading {
  /** From the start of a process that reads once to its end, in milliseconds. */
  readonly processMs: number;
  /** Time of all processors from its start to its end, in milliseconds: the same on a busy machine. */
  readonly processCpuMs: number;
  /** From the first call of the reader to its answer, in milliseconds. */
  readonly readMs: number;
  /** The same of the fastest of five further calls. */
  readonly laterReadMs: number;
  /** Time of all processors during the first reading, in milliseconds. */
  readonly readCpuMs: number;
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

/** This package. */
export function seqReader({ module, flags }: PackageUnderTest): Reader {
  const program = `
    const { readFeatureTable } = await import(${JSON.stringify(module)});
    const before = process.cpuUsage();
    const started = performance.now();
    const { entryCount: entries } = await readFeatureTable(process.argv[1]);
    const readMs = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    const peakMiB = ${peakMiBInJavaScript};
    const { user: allUser, system: allSystem } = process.cpuUsage();
    let laterReadMs = Infinity;
    for (let i = 0; i < Number(process.argv[2]); i++) {
      const again = performance.now();
      await readFeatureTable(process.argv[1]);
      laterReadMs = Math.min(laterReadMs, performance.now() - again);
    }
    const cpu = { readCpuMs: (user + system) / 1000, processCpuMs: (allUser + allSystem) / 1000 };
    console.log(JSON.stringify({ readMs, laterReadMs, ...cpu, entries, peakMiB }));`;
  return reader('seq', process.execPath, [...flags, '--input-type=module', '--eval', program]);
}

/** biom-format of the given Python. */
export function biomFormatReader(python: string): Reader {
  const program = `
import json, sys, time
import biom
${peakMiBInPython}
cpu, started = time.process_time(), time.perf_counter()
table = biom.load_table(sys.argv[1])
taken, cpu = time.perf_counter() - started, time.process_time() - cpu
peak, whole = peak_mib(), time.process_time()
later = []
for _ in range(int(sys.argv[2])):
    again = time.perf_counter()
    biom.load_table(sys.argv[1])
    later.append(time.perf_counter() - again)
found = {"readMs": taken * 1000, "readCpuMs": cpu * 1000, "processCpuMs": whole * 1000}
found = {**found, "entries": int(table.nnz), "peakMiB": peak}
print(json.dumps({**found, "laterReadMs": min(later, default=0) * 1000}))`;
  return reader('biom-format', python, ['-c', program]);
}

function reader(name: string, command: string, args: readonly string[]): Reader {
  return {
    name,
    read: async (path) => {
      const started = performance.now();
      const once = JSON.parse(await runProgram(command, [...args, path, '0'])) as Reading;
      const processMs = performance.now() - started;
      const { laterReadMs } = JSON.parse(await runProgram(command, [...args, path, '5'])) as Reading;
      return { ...once, processMs, laterReadMs };
    },
  };
}
