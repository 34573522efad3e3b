// `aam pretrain` on shards: peak memory while the table grows from 10^6 counts to 10^7, or to 10^8 with `--most 1e8`, and the
// time of a training epoch whose samples are read meanwhile beside the same epoch from memory. The model is that of the
// command's defaults; `--updates n` says how long memory is watched, `--batches n` how long an epoch is, `--rounds n` how
// often both are timed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFeatureTable, writeShards } from '@seq/data';
import type { Bench } from './bench.js';
import { median } from './measure.js';
import { resampledSource } from './resampled-source.js';
import { commandMemory, demoFile } from './streamed-training/command-memory.js';
import { type EpochTimes, timeEpochs } from './streamed-training/epoch-times.js';

const bench: Bench = {
  name: 'cli/stream/cpu',
  async run({ smoke, flags, record }) {
    const table = await readFeatureTable(flags.table ?? demoFile('table.biom'));
    const place = await mkdtemp(join(tmpdir(), 'seq-streamed-training-'));
    const updates = smoke ? 1 : Number(flags.updates ?? 4);
    try {
      const sizes = smoke ? [1e4] : [1e6, Number(flags.most ?? 1e7)];
      const peaks: number[] = [];
      for (const size of sizes) {
        const folder = join(place, `${size}.shards`);
        const { entryCount, sampleCount } = await writeShards(resampledSource(table, size), folder);
        const memory = await commandMemory(folder, { updates, isTiny: smoke, results: join(place, `run-${size}`) });
        record(`aam pretrain on 10^${Math.round(Math.log10(size))}`, { entryCount, sampleCount, updates, ...memory });
        peaks.push(memory.peakMiB);
        if (size !== sizes[0]) await rm(folder, { recursive: true });
      }
      const [small, large] = peaks;
      if (large !== undefined) {
        record('growth of aam pretrain', {
          tables: sizes[1]! / sizes[0]!,
          peakMemory: large / small!,
          addedMiB: large - small!,
        });
      }
      const rounds = smoke ? 1 : Number(flags.rounds ?? 3);
      const batches = smoke ? 1 : Number(flags.batches ?? 4);
      recordEpochs(record, await timeEpochs(join(place, `${sizes[0]}.shards`), { rounds, batches, isTiny: smoke }));
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  },
};

function recordEpochs(record: (name: string, facts: Record<string, number>) => void, times: EpochTimes): void {
  const { samples, streamed, inMemory, batchesAlone } = times;
  const [seconds, fromMemory, alone] = [streamed, inMemory, batchesAlone].map(median) as [number, number, number];
  record('epoch, streamed', { samples, seconds, samplesPerSecond: samples / seconds });
  record('epoch, from memory', { samples, seconds: fromMemory, samplesPerSecond: samples / fromMemory });
  record('epoch, reading and batches alone', { samples, seconds: alone, partOfEpoch: alone / seconds });
  record('ratio streamed / from memory', { time: seconds / fromMemory });
}

export default bench;
