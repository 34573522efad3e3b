// `aam faith-pd`: the phylogenetic diversity of every sample.
import type { Command } from '../command.js';
import { phylogeneticSettings } from '../settings-of/distances.js';
import { threadsSetting } from '../settings-of/inputs.js';

/** `aam faith-pd`. */
export const faithPdCommand: Command = {
  name: 'faith-pd',
  summary: "Faith's phylogenetic diversity of every sample",
  description:
    'The sum of all branch lengths between the features of a sample and the root. It grows with sequencing depth: ' +
    'rarefy where depths differ.',
  example: 'aam faith-pd --table table.biom --tree tree.nwk --output faith_pd.tsv',
  settings: [
    ...phylogeneticSettings,
    threadsSetting,
    {
      name: 'output',
      kind: { type: 'path' },
      help: 'one number per sample; the ending says the format: .tsv, .csv, .h5, .npy, .npz, .arrow, .qza (QIIME 2)',
      required: true,
      group: 'Run',
    },
  ],
  load: async () => (await import('../work/distances/compute-faith-pd.js')).computeFaithPd,
};
