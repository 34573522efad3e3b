// A program that streams epochs of a shard folder in a process of its own, and says how fast and with how much memory.
import { peakMiBInJavaScript } from '../../../../tooling/bench/peak-memory.js';
import { type PackageUnderTest, runProgram } from '../bundled-package.js';

/** What the epochs took. */
export interface StreamedEpochs {
  readonly samples: number;
  readonly entries: number;
  readonly batches: number;
  readonly seconds: number;
  /** Time of all processors, in seconds. */
  readonly cpuSeconds: number;
  /** Largest resident memory of the process, in MiB. */
  readonly peakMiB: number;
}

/**
 * Walks through a shard folder, epoch after epoch, until so many samples were seen: `read` asks for the counts of block after
 * block, `batches` makes shuffled batches of 32.
 */
export async function streamEpochs(
  { module, flags }: PackageUnderTest,
  folder: string,
  { what, samples }: { readonly what: 'read' | 'batches'; readonly samples: number },
): Promise<StreamedEpochs> {
  const program = `
    const { createStreamedDataset, openFeatureTable, sampleBatches } = await import(${JSON.stringify(module)});
    const [folder, what, wanted] = process.argv.slice(1);
    const source = await openFeatureTable(folder);
    let [samples, entries, batches] = [0, 0, 0];
    const before = process.cpuUsage();
    const started = performance.now();
    if (what === 'read') {
      while (samples < wanted) {
        for (let start = 0; start < source.sampleCount && samples < wanted; start += source.samplesPerBlock) {
          const rows = await source.samples(start, Math.min(start + source.samplesPerBlock, source.sampleCount));
          samples += rows.sampleIds.length;
          entries += rows.counts.length;
        }
      }
    } else {
      const sequences = source.featureIds.map((_, i) => 'ACGT'[i & 3].repeat(150));
      const dataset = await createStreamedDataset(source, { sequences, rarefactionDepth: 1000, refreshRarefaction: true });
      for (let epoch = 0; samples < wanted; epoch++) {
        for await (const batch of sampleBatches(dataset, { samplesPerBatch: 32, shuffle: true, seed: 1, epoch })) {
          samples += batch.sampleIds.length;
          entries += batch.presentFeatures.length;
          batches += 1;
          if (samples >= wanted) break;
        }
      }
    }
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    const peakMiB = ${peakMiBInJavaScript};
    console.log(JSON.stringify({ samples, entries, batches, seconds, cpuSeconds: (user + system) / 1e6, peakMiB }));`;
  const args = [...flags, '--input-type=module', '--eval', program, folder, what, String(samples)];
  return JSON.parse(await runProgram(process.execPath, args)) as StreamedEpochs;
}
