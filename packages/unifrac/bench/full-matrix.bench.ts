// How the cost of all distances grows with samples and with the tree. `--samples 1000,2000,...` (default: those of the
// table, which are mixed into more where needed), `--metrics`, `--precision exact`, `--threads n` (default 2), `--table`,
// `--tree`. Distances come in blocks and are let go, so the peak of memory is that of the computation.
import type { Bench } from '../../../tooling/bench/bench.js';
import { type UnifracBlocksOptions, unifracBlocks, unifracMatrix } from '../src/index.js';
import { benchMetrics, chosenMetrics, numbersOf, openBenchData, resampled } from './bench-data.js';

const bench: Bench = {
  name: 'unifrac/full-matrix/cpu',
  async run({ smoke, flags, contestant }) {
    const { name, table, tree } = await openBenchData(smoke, flags);
    const threads = Number(flags.threads ?? 2);
    const precision = flags.precision === 'exact' ? 'exact' : 'default';
    const sizes = smoke || flags.samples === undefined ? [table.sampleIds.length] : numbersOf(flags.samples);
    for (const sampleCount of sizes) {
      const some = sampleCount === table.sampleIds.length ? table : resampled(table, sampleCount);
      const pairCount = (sampleCount * (sampleCount - 1)) / 2;
      for (const metric of chosenMetrics(flags)) {
        const facts = { data: name, metric, precision, sampleCount, pairCount, threads };
        const options: UnifracBlocksOptions = { ...benchMetrics[metric], precision, threads, missing: 'drop' };
        const runs = { warmups: 1, runs: sampleCount > 4000 ? 1 : 3, facts };
        await contestant(`seq ${metric}, matrix`, () => unifracMatrix(some, tree, options), runs);
        const inBlocks = async (): Promise<void> => {
          for await (const _ of unifracBlocks(some, tree, { ...options, shape: 'condensed' }));
        };
        await contestant(`seq ${metric}, blocks`, inBlocks, runs);
      }
    }
    tree.dispose();
  },
};

export default bench;
