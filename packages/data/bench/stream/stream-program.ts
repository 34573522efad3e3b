// A program that streams one epoch of a shard folder in a process of its own, and says how fast and with how much memory.
import { type PackageUnderTest, runProgram } from '../bundled-package.js';

/** What one epoch took. */
export interface StreamedEpoch {
  readonly samples: number;
  readonly entries: number;
  readonly batches: number;
  readonly seconds: number;
  /** Time of all processors, in seconds. */
  readonly cpuSeconds: number;
  /** Largest resident memory of the process, in MiB. */
  readonly peakMiB: number;
}

/** Walks through a shard folder: `read` asks for the counts of block after block, `batches` makes shuffled batches of 32. */
export async function streamEpoch(
  { module, flags }: PackageUnderTest,
  folder: string,
  what: 'read' | 'batches',
): Promise<StreamedEpoch> {
  const program = `
    const { createStreamedDataset, openFeatureTableSource, sampleBatches } = await import(${JSON.stringify(module)});
    const [folder, what] = process.argv.slice(1);
    const source = await openFeatureTableSource(folder);
    let [samples, entries, batches] = [0, 0, 0];
    const before = process.cpuUsage();
    const started = performance.now();
    if (what === 'read') {
      for (let start = 0; start < source.sampleCount; start += source.samplesPerBlock) {
        const rows = await source.samples(start, Math.min(start + source.samplesPerBlock, source.sampleCount));
        samples += rows.sampleIds.length;
        entries += rows.counts.length;
      }
    } else {
      const sequences = source.featureIds.map((_, i) => 'ACGT'[i & 3].repeat(150));
      const dataset = await createStreamedDataset(source, { sequences, rarefactionDepth: 1000, refreshRarefaction: true });
      for await (const batch of sampleBatches(dataset, { samplesPerBatch: 32, shuffle: true, seed: 1 })) {
        samples += batch.sampleIds.length;
        entries += batch.presentFeatures.length;
        batches += 1;
      }
    }
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    const peakMiB = process.resourceUsage().maxRSS / 1024;
    console.log(JSON.stringify({ samples, entries, batches, seconds, cpuSeconds: (user + system) / 1e6, peakMiB }));`;
  const args = [...flags, '--input-type=module', '--eval', program, folder, what];
  return JSON.parse(await runProgram(process.execPath, args)) as StreamedEpoch;
}
