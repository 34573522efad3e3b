// A pre-training step of the default model, here and in PyTorch, each in a process of its own, taking turns in one run.
// `--precision bf16` rounds the factors of matrix products in our steps. It knows how contestants are started and compared;
// what they compute is theirs.
import { multipliesBf16 } from '@seq/tensor';
import type { Bench } from '../../../tooling/bench/bench.js';
import { median } from '../../../tooling/bench/measure.js';
import { withContestants } from './training-step/comparison.js';
import type { Contestant, Turn } from './training-step/contestant.js';
import type { Workload } from './training-step/workload.js';

/** Turns of one contestant. */
interface Turns {
  readonly contestant: Contestant;
  readonly forward: Turn[];
  readonly steps: Turn[];
}

const bench: Bench = {
  name: 'train/training-step/cpu',
  run: ({ smoke, flags, record }) =>
    withContestants(smoke, flags, { kinds: 'padded,packed' }, async (first, rest, workload) => {
      const all = [first, ...rest].map((contestant): Turns => ({ contestant, forward: [], steps: [] }));
      await takeTurns(all, workload);
      const [seq, ...others] = all;
      const products = { precision: workload.precision, multipliesBf16: String(multipliesBf16()) };
      record(seq!.contestant.name, { ...products, ...factsOf(seq!, workload) });
      for (const other of others) record(other.contestant.name, factsOf(other, workload));
      for (const other of others) record(`ratio ${other.contestant.name} / seq`, ratios(seq!, other));
    }),
};

/** One forward pass and one step each to warm up (none for who needs more than ten seconds), then batch by batch. */
async function takeTurns(all: readonly Turns[], { batches }: Workload): Promise<void> {
  for (let batch = 0; batch < batches.length; batch++) {
    for (const { contestant, forward, steps } of all) {
      if (batch === 0 && (await contestant.take('forward', 0)).seconds < 3) await contestant.take('step', 0);
      forward.push(await contestant.take('forward', batch));
      steps.push(await contestant.take('step', batch));
    }
  }
}

const seconds = (turns: readonly Turn[]): number => median(turns.map((turn) => turn.seconds));
const fastest = (turns: readonly Turn[]): number => Math.min(...turns.map((turn) => turn.seconds));
const leastCpu = (turns: readonly Turn[]): number => Math.min(...turns.map((turn) => turn.cpuSeconds));
const peak = ({ forward, steps }: Turns): number => Math.max(...[...forward, ...steps].map(({ peakMiB }) => peakMiB));

function factsOf(turns: Turns, workload: Workload): Record<string, number | string> {
  const step = seconds(turns.steps);
  const { samplesPerBatch, batches } = workload;
  const slots = median(batches.map(({ slotAsvs }) => slotAsvs.length));
  return {
    data: workload.name,
    threads: workload.threads,
    steps: turns.steps.length,
    samplesPerBatch,
    asvsPerBatch: slots,
    distinctAsvsPerBatch: median(batches.map(({ asvFeatures }) => asvFeatures.length)),
    basesPerAsv: workload.basesPerAsv,
    secondsPerStep: step,
    fastestSecondsPerStep: fastest(turns.steps),
    cpuSecondsPerStep: leastCpu(turns.steps),
    forwardSeconds: seconds(turns.forward),
    samplesPerSecond: samplesPerBatch / step,
    asvsPerSecond: slots / step,
    peakRssMiB: peak(turns),
    firstLoss: turns.steps[0]!.loss ?? Number.NaN,
  };
}

function ratios(seq: Turns, other: Turns): Record<string, number> {
  return {
    step: seconds(other.steps) / seconds(seq.steps),
    fastestStep: fastest(other.steps) / fastest(seq.steps),
    cpuOfStep: leastCpu(other.steps) / leastCpu(seq.steps),
    forward: seconds(other.forward) / seconds(seq.forward),
    memory: peak(other) / peak(seq),
  };
}

export default bench;
