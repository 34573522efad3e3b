// An epoch of fine-tuning with a frozen base, whose ASVs are encoded once per run or come from a file, beside steps of a padded PyTorch that
// trains the whole predictor. `--samples n` (default 256) and the flags of training-step.
import type { Bench } from '../../../tooling/bench/bench.js';
import { withContestants } from './training-step/comparison.js';

const bench: Bench = {
  name: 'train/frozen-fine-tuning/cpu',
  run: ({ smoke, flags, record }) =>
    withContestants(smoke, flags, { kinds: 'padded-predictor' }, async (seq, others, workload) => {
      const wanted = smoke ? 4 : flags.samples === 'all' ? Number.POSITIVE_INFINITY : Number(flags.samples ?? 256);
      const samples = Math.min(wanted, workload.dataset.sampleIds.length);
      const facts = { data: workload.name, threads: workload.threads, samples };
      const { seconds: _both, ...turn } = await seq.take('frozen', samples);
      record('seq, frozen base', { ...facts, ...turn });
      record('ratio first epoch / first epoch with a file', {
        firstEpoch: turn.firstEpochSeconds! / turn.firstEpochWithFileSeconds!,
      });
      for (const other of others) {
        const { seconds } = await other.take('step', 0);
        const epochSeconds = (seconds / workload.samplesPerBatch) * samples;
        record(`${other.name}, nothing frozen`, { ...facts, secondsPerStep: seconds, epochSeconds });
        record(`ratio ${other.name} / seq`, {
          laterEpochs: epochSeconds / turn.epochSeconds!,
          firstEpoch: epochSeconds / turn.firstEpochSeconds!,
        });
      }
    }),
};

export default bench;
