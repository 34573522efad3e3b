// A whole table rarefied: by draws of our own, with and without replacement, and as the reference does.
import { fileURLToPath } from 'node:url';
import type { Bench } from '../../../tooling/bench/bench.js';
import { rarefy, readFeatureTable, referenceRarefy, selectSamples } from '../src/index.js';

const demo = fileURLToPath(new URL('../../../examples/ecam/data/table.biom', import.meta.url));

const bench: Bench = {
  name: 'data/rarefy/cpu',
  async run({ smoke, flags, contestant }) {
    const opened = await readFeatureTable(flags.table ?? demo);
    const table = smoke ? selectSamples(opened, opened.sampleIds.slice(0, 8)) : opened;
    const depth = Number(flags.depth ?? 5000);
    const facts = { depth, samples: table.sampleCount, entries: table.entryCount };
    const runs = { warmups: 2, runs: 12, facts };
    await contestant('rarefy', () => rarefy(table, { depth, seed: 1 }), runs);
    await contestant('rarefy with replacement', () => rarefy(table, { depth, seed: 1, withReplacement: true }), runs);
    await contestant('referenceRarefy', () => referenceRarefy(table, { depth, seed: 1 }), runs);
  },
};

export default bench;
