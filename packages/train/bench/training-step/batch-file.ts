// The batches of a workload as a file that contestants of any language read. It knows no model and starts nothing.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workload } from './workload.js';

/** Writes batches, target distances and what describes the model as JSON; returns the path. */
export async function writeBatches(workload: Workload, folder: string): Promise<string> {
  const { table, tree, sequences, samplesPerBatch, steps, seed, threads, model, precision } = workload;
  const { basesPerAsv, distances } = workload;
  const batches = workload.batches.map((batch) => ({
    asvTokens: [...batch.asvTokens],
    asvOffsets: [...batch.asvOffsets],
    slotOffsets: [...batch.slotOffsets],
    slotAsvs: [...batch.slotAsvs],
    distances: [...distances(batch)],
  }));
  const path = join(folder, 'batches.json');
  const source = { table, tree, sequences, samplesPerBatch, steps, seed, threads, model, precision };
  await writeFile(path, JSON.stringify({ ...source, basesPerAsv, batches }));
  return path;
}
