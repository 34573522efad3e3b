// Distances of mini-batches, as a training step asks for them: fresh samples each time, 32 and 256 at once, on the calling
// thread and on `--threads n` others (default 2). `--table` and `--tree` for other data, `--metrics` as a list.
import type { Bench } from '../../../tooling/bench/bench.js';
import { createUnifrac } from '../src/index.js';
import { benchMetrics, chosenMetrics, miniBatch, openBenchData } from './bench-data.js';

const bench: Bench = {
  name: 'unifrac/mini-batch/cpu',
  async run({ smoke, flags, contestant }) {
    const { name, table, tree } = await openBenchData(smoke, flags);
    const threads = Number(flags.threads ?? 2);
    using unifrac = createUnifrac(tree, table.featureIds, { missing: 'drop' });
    for (const sampleCount of smoke ? [4] : [32, 256]) {
      const batches = Array.from({ length: 20 }, (_, batch) => miniBatch(table, sampleCount, batch));
      for (const metric of chosenMetrics(flags)) {
        let next = 0;
        const work = (): void => {
          unifrac.distances(batches[next % batches.length]!, benchMetrics[metric]);
          next += 1;
        };
        const facts = { data: name, metric, sampleCount, featureCount: table.featureIds.length };
        await contestant(`seq ${metric}, ${sampleCount} samples`, work, { warmups: 20, runs: 60, facts });
        const later = async (): Promise<void> => {
          await unifrac.distancesLater(batches[next % batches.length]!, { ...benchMetrics[metric], threads });
          next += 1;
        };
        const named = `seq ${metric}, ${sampleCount} samples, ${threads} threads`;
        await contestant(named, later, { warmups: 20, runs: 60, facts: { ...facts, threads } });
      }
    }
    tree.dispose();
  },
};

export default bench;
