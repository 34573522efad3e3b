// `aam unifrac`: the distance matrix of a feature table.
import type { Command } from '../command.js';
import { missingSetting, tableSetting, threadsSetting, treeSetting } from '../settings-of/inputs.js';

/** `aam unifrac`. */
export const unifracCommand: Command = {
  name: 'unifrac',
  summary: 'UniFrac distances between all samples',
  description:
    'Exact unweighted UniFrac: the branch length seen by one sample only, divided by the branch length seen by either. ' +
    'Only the presence of a feature matters; rarefy first where sequencing depths differ much.',
  example: 'aam unifrac --table table.biom --tree tree.nwk --output distances.tsv',
  settings: [
    tableSetting,
    treeSetting,
    missingSetting,
    {
      name: 'metric',
      kind: { type: 'choice', choices: ['unweighted'] },
      help: 'which distance',
      default: 'unweighted',
      group: 'Distance',
    },
    threadsSetting,
    {
      name: 'output',
      kind: { type: 'path' },
      help: 'distance matrix, tab-separated with ids',
      required: true,
      group: 'Run',
    },
  ],
  load: async () => (await import('../work/compute-unifrac.js')).computeUnifrac,
};
