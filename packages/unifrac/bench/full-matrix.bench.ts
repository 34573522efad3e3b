// The whole unweighted matrix from opened inputs. `--threads n` (default 2), `--table` and `--tree` for other data.
import type { Bench } from '../../../tooling/bench/bench.js';
import { unifracMatrix } from '../src/index.js';
import { openBenchData } from './bench-data.js';

const bench: Bench = {
  name: 'unifrac/full-matrix/cpu',
  async run({ smoke, flags, contestant }) {
    const { name, table, tree } = await openBenchData(smoke, flags);
    const threads = Number(flags.threads ?? 2);
    const { length: sampleCount } = table.sampleIds;
    const facts = { data: name, sampleCount, featureCount: table.featureIds.length, threads };
    await contestant('seq unweighted', () => unifracMatrix(table, tree, { threads, missing: 'drop' }), { facts });
    tree.dispose();
  },
};

export default bench;
