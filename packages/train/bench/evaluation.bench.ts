// Embeddings of many samples in evaluation, each distinct ASV encoded once, beside a padded PyTorch's time per sample.
// `--samples n` (default 256, `all` for the whole table), `--compare <python with torch>` and the flags of training-step.
import type { Bench } from '../../../tooling/bench/bench.js';
import { withContestants } from './training-step/comparison.js';

const bench: Bench = {
  name: 'train/evaluation/cpu',
  run: ({ smoke, flags, record }) =>
    withContestants(smoke, flags, { kinds: 'padded' }, async (seq, others, workload) => {
      const wanted = smoke ? 4 : flags.samples === 'all' ? Number.POSITIVE_INFINITY : Number(flags.samples ?? 256);
      const samples = Math.min(wanted, workload.dataset.sampleIds.length);
      const facts = { data: workload.name, threads: workload.threads };
      const { seconds, ...more } = await seq.take('evaluate', samples);
      const perSample = seconds / samples;
      record('seq', { ...facts, samples, seconds, secondsPerSample: perSample, ...more });
      for (const other of others) {
        const turn = await other.take('forward', 0);
        const secondsPerSample = turn.seconds / workload.samplesPerBatch;
        record(other.name, { ...facts, samples: workload.samplesPerBatch, ...turn, secondsPerSample });
        record(`ratio ${other.name} / seq`, { perSample: secondsPerSample / perSample });
      }
    }),
};

export default bench;
