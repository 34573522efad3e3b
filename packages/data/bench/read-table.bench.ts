// Reading whole tables, here and with biom-format (`--compare <python>`), each in new processes, taking turns in one run.
// Ratios above 1 say that this package needs less: of the whole process, start and import included, and of the reading alone.
// `--table <path>[,<path>]` names other tables than the demo's, `--turns <n>` how often each is read.
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../../../tooling/bench/bench.js';
import { median } from '../../../tooling/bench/measure.js';
import { bundledPackage, sourcePackage } from './bundled-package.js';
import { biomFormatReader, type Reading, seqReader } from './read-table/readers.js';

const demo = fileURLToPath(new URL('../../../examples/ecam/data/table.biom', import.meta.url));

const bench: Bench = {
  name: 'data/read-table/cpu',
  async run({ smoke, flags, record }) {
    const underTest = smoke ? sourcePackage() : await bundledPackage('read-table');
    try {
      const readers = [seqReader(underTest)];
      if (flags.compare !== undefined) readers.push(biomFormatReader(flags.compare));
      for (const path of (flags.table ?? demo).split(',').map((given) => resolve(given))) {
        const readings = readers.map((): Reading[] => []);
        // The first turn only warms up the cache of the file system.
        for (let turn = 0; turn <= (smoke ? 0 : Number(flags.turns ?? 7)); turn++) {
          for (const [i, reader] of readers.entries()) {
            const reading = await reader.read(path);
            if (turn > 0 || smoke) readings[i]!.push(reading);
          }
        }
        for (const [i, { name }] of readers.entries())
          record(name, { table: basename(path), ...summary(readings[i]!) });
        if (readings.length > 1) record('ratio biom-format / seq', { table: basename(path), ...ratios(readings) });
      }
    } finally {
      await underTest.remove();
    }
  },
};

const middle = (readings: readonly Reading[], field: keyof Reading): number =>
  median(readings.map((reading) => reading[field]));
const least = (readings: readonly Reading[], field: keyof Reading): number =>
  Math.min(...readings.map((reading) => reading[field]));

function summary(readings: readonly Reading[]): Record<string, number> {
  return {
    turns: readings.length,
    entries: readings[0]!.entries,
    processMs: middle(readings, 'processMs'),
    fastestProcessMs: least(readings, 'processMs'),
    processCpuMs: middle(readings, 'processCpuMs'),
    readMs: middle(readings, 'readMs'),
    fastestReadMs: least(readings, 'readMs'),
    laterReadMs: middle(readings, 'laterReadMs'),
    readCpuMs: middle(readings, 'readCpuMs'),
    peakRssMiB: middle(readings, 'peakMiB'),
  };
}

function ratios([seq, other]: readonly (readonly Reading[])[]): Record<string, number> {
  return {
    process: middle(other!, 'processMs') / middle(seq!, 'processMs'),
    fastestProcess: least(other!, 'processMs') / least(seq!, 'processMs'),
    processCpu: middle(other!, 'processCpuMs') / middle(seq!, 'processCpuMs'),
    read: middle(other!, 'readMs') / middle(seq!, 'readMs'),
    fastestRead: least(other!, 'readMs') / least(seq!, 'readMs'),
    readCpu: middle(other!, 'readCpuMs') / middle(seq!, 'readCpuMs'),
    laterRead: middle(other!, 'laterReadMs') / middle(seq!, 'laterReadMs'),
    memory: middle(other!, 'peakMiB') / middle(seq!, 'peakMiB'),
  };
}

export default bench;
