// Streaming of shard folders made from a real table by resampling: peak memory and speed while the table grows from 10^6
// counts to 10^7, or to 10^8 with `--most 1e8`. The small table is walked through as often as it takes to see as many samples,
// since the memory of a process also grows with how long it works; `--samples <n>` stops both after so many. `--table <path>`
// resamples another table than the demo's.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../../../tooling/bench/bench.js';
import { resampledSource } from '../../../tooling/bench/resampled-source.js';
import { readFeatureTable, writeShards } from '../src/index.js';
import { bundledPackage, sourcePackage } from './bundled-package.js';
import { type StreamedEpochs, streamEpochs } from './stream/stream-program.js';

const demo = fileURLToPath(new URL('../../../examples/ecam/data/table.biom', import.meta.url));
const kinds = ['read', 'batches'] as const;

const bench: Bench = {
  name: 'data/stream/cpu',
  async run({ smoke, flags, record }) {
    const table = await readFeatureTable(flags.table ?? demo);
    const underTest = smoke ? sourcePackage() : await bundledPackage('stream');
    const place = await mkdtemp(join(tmpdir(), 'seq-stream-'));
    try {
      const sizes = smoke ? [1e4] : [1e6, Number(flags.most ?? 1e7)];
      // Some samples lie below the depth and are left out.
      const most = Math.floor(resampledSource(table, sizes.at(-1)!).sampleCount * 0.95);
      const samples = Math.min(most, Number(flags.samples ?? most));
      const peaks = new Map<string, number[]>();
      for (const size of sizes) {
        const folder = join(place, 'shards');
        const started = performance.now();
        const { entryCount } = await writeShards(resampledSource(table, size), folder);
        const buildSeconds = (performance.now() - started) / 1000;
        for (const kind of smoke ? (['batches'] as const) : kinds) {
          const epochs = await streamEpochs(underTest, folder, { what: kind, samples });
          record(`${kind} of 10^${Math.round(Math.log10(size))}`, { entryCount, buildSeconds, ...speeds(epochs) });
          peaks.set(kind, [...(peaks.get(kind) ?? []), epochs.peakMiB]);
        }
        await rm(folder, { recursive: true });
      }
      for (const [kind, [small, large]] of peaks) {
        if (large !== undefined)
          record(`growth of ${kind}`, { tables: sizes[1]! / sizes[0]!, peakMemory: large / small! });
      }
    } finally {
      await rm(place, { recursive: true, force: true });
      await underTest.remove();
    }
  },
};

function speeds({ samples, entries, batches, seconds, cpuSeconds, peakMiB }: StreamedEpochs): Record<string, number> {
  return {
    samples,
    batches,
    seconds,
    samplesPerSecond: samples / seconds,
    entriesPerSecond: entries / seconds,
    samplesPerCpuSecond: samples / cpuSeconds,
    peakRssMiB: peakMiB,
  };
}

export default bench;
