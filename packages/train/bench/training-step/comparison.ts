// Starts the contestants of a comparison on one workload, and ends them whatever happens. It measures nothing.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBatches } from './batch-file.js';
import { type Contestant, startSeq, startTorch } from './contestant.js';
import { openWorkload, type Workload } from './workload.js';

/** Options of {@link withContestants}. */
export interface ComparisonOptions {
  /** Kinds of PyTorch that take part if `--compare` names a Python, unless `--contestants` names others. */
  readonly kinds: string;
}

/** Runs `work` with this project's contestant, those of PyTorch, and what they compute on. */
export async function withContestants(
  smoke: boolean,
  flags: Readonly<Record<string, string>>,
  { kinds }: ComparisonOptions,
  work: (seq: Contestant, others: readonly Contestant[], workload: Workload) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'seq-training-step-'));
  const started: Contestant[] = [];
  try {
    const workload = await openWorkload(smoke, flags);
    const file = await writeBatches(workload, folder);
    started.push(await startSeq(file));
    for (const kind of flags.compare === undefined ? [] : (flags.contestants ?? kinds).split(',')) {
      started.push(await startTorch(flags.compare!, kind, file));
    }
    await work(started[0]!, started.slice(1), workload);
  } finally {
    for (const contestant of started) contestant.stop();
    await rm(folder, { recursive: true });
  }
}
