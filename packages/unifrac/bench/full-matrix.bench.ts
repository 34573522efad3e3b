// How the cost of all distances grows with samples and with the tree. `--samples 1000,2000,...` (default: those of the
// table, which are mixed into more where needed), `--metrics`, `--precision exact`, `--threads n` (default 2), `--table`,
// `--tree`, `--forms matrix,blocks`. Blocks are let go as they come, so their peak of memory is that of the computation; beyond
// 4,000 samples everything runs once. Growth: `--samples 1000,2000,4000,8000,16000,32000 --forms blocks`.
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
    const forms = (flags.forms ?? 'matrix,blocks').split(',');
    for (const sampleCount of sizes) {
      const some = sampleCount === table.sampleIds.length ? table : resampled(table, sampleCount);
      const pairCount = (sampleCount * (sampleCount - 1)) / 2;
      for (const metric of chosenMetrics(flags)) {
        const facts = { data: name, metric, precision, sampleCount, pairCount, threads };
        const options: UnifracBlocksOptions = { ...benchMetrics[metric], precision, threads, missing: 'drop' };
        const runs = sampleCount > 4000 ? { warmups: 0, runs: 1, facts } : { warmups: 1, runs: 3, facts };
        if (forms.includes('matrix'))
          await contestant(`seq ${metric}, matrix`, () => unifracMatrix(some, tree, options), runs);
        if (!forms.includes('blocks')) continue;
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
