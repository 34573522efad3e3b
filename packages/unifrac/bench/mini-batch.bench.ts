// Distances of mini-batches, as a training step asks for them: fresh samples each time, 32 and 256 at once.
import type { Bench } from '../../../tooling/bench/bench.js';
import { createUnifrac, type SampleFeatures } from '../src/index.js';
import { openBenchData } from './bench-data.js';

const bench: Bench = {
  name: 'unifrac/mini-batch/cpu',
  async run({ smoke, flags, contestant }) {
    const { name, table, tree } = await openBenchData(smoke, flags);
    using unifrac = createUnifrac(tree, table.featureIds, { missing: 'drop' });
    for (const sampleCount of smoke ? [4] : [32, 256]) {
      const batches = Array.from({ length: 20 }, (_, batch) => presentIn(table, sampleCount, batch));
      let next = 0;
      await contestant(
        `seq, ${sampleCount} samples`,
        () => {
          unifrac.distances(batches[next % batches.length]!);
          next += 1;
        },
        { warmups: 20, runs: 100, facts: { data: name, sampleCount, featureCount: table.featureIds.length } },
      );
    }
    tree.dispose();
  },
};

interface Table {
  readonly sampleIds: readonly string[];
  readonly sampleOffsets: Uint32Array;
  readonly featureIndices: Uint32Array;
}

/** Samples spread over the table, others for each batch. */
function presentIn(table: Table, sampleCount: number, batch: number): SampleFeatures {
  const total = table.sampleIds.length;
  const lists = Array.from({ length: sampleCount }, (_, i) => {
    const sample = (batch * 7919 + i * 2741) % total;
    return table.featureIndices.subarray(table.sampleOffsets[sample], table.sampleOffsets[sample + 1]);
  });
  const offsets = new Uint32Array(sampleCount + 1);
  lists.forEach((list, i) => {
    offsets[i + 1] = offsets[i]! + list.length;
  });
  const features = new Uint32Array(offsets[sampleCount]!);
  lists.forEach((list, i) => {
    features.set(list, offsets[i]);
  });
  return { offsets, features };
}

export default bench;
