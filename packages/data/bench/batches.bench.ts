// Batches of 32 samples as a training step asks for them, on the demo data or on the table of `--table`.
import { fileURLToPath } from 'node:url';
import type { Bench } from '../../../tooling/bench/bench.js';
import {
  augment,
  type CommunityDatasetOptions,
  createCommunityDataset,
  dropAsvs,
  jitterAbundances,
  maskBases,
  mixCommunities,
  readFasta,
  readFeatureTable,
  resolveSequences,
  sampleBatches,
} from '../src/index.js';

const demo = (name: string): string => fileURLToPath(new URL(`../../../examples/ecam/data/${name}`, import.meta.url));

const steps = [
  jitterAbundances({ concentration: 1000 }),
  mixCommunities(),
  dropAsvs({ rate: 0.1 }),
  maskBases({ rate: 0.02 }),
];

const bench: Bench = {
  name: 'data/batches/cpu',
  async run({ smoke, flags, contestant }) {
    const opened = await readFeatureTable(flags.table ?? demo('table.biom'));
    const fasta = flags.table === undefined ? await readFasta(demo('rep-seqs.fasta')) : undefined;
    const { table, sequences } = resolveSequences(opened, { fasta });
    const rarefactionDepth = Number(flags.depth ?? 1000);
    const samplesPerBatch = smoke ? 2 : 32;
    const contestants: [name: string, options: Partial<CommunityDatasetOptions>][] = [
      ['drawn once', {}],
      ['drawn anew each epoch', { refreshRarefaction: true }],
      ['drawn anew and augmented', { refreshRarefaction: true, augmentation: augment(steps) }],
    ];
    for (const [name, options] of contestants) {
      const dataset = createCommunityDataset(table, { sequences, rarefactionDepth, ...options });
      let epoch = 0;
      let batches = sampleBatches(dataset, { samplesPerBatch, shuffle: true, epoch })[Symbol.iterator]();
      await contestant(
        name,
        () => {
          if (!batches.next().done) return;
          epoch += 1;
          batches = sampleBatches(dataset, { samplesPerBatch, shuffle: true, epoch })[Symbol.iterator]();
        },
        { warmups: 50, runs: 300, facts: { samplesPerBatch, rarefactionDepth, samples: dataset.sampleIds.length } },
      );
    }
  },
};

export default bench;
