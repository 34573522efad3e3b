// `aam pcoa`: principal coordinates of a distance matrix.
import type { Command } from '../command.js';
import { distanceMatrixSettings } from '../settings-of/distance-matrix.js';
import { seedSetting, threadsSetting } from '../settings-of/inputs.js';

/** `aam pcoa`. */
export const pcoaCommand: Command = {
  name: 'pcoa',
  summary: 'principal coordinates of a distance matrix',
  description:
    'Places samples along a few axes so that their distances come as near as possible to those of the matrix, and ' +
    'prints how much of the variation each axis explains. The output can be opened in Emperor and QIIME 2.',
  example: 'aam pcoa --distance-matrix unweighted.tsv --output pcoa.qza',
  settings: [
    ...distanceMatrixSettings,
    {
      name: 'number-of-dimensions',
      kind: { type: 'number', above: 0 },
      help: 'axes, or below 1 the part of the variation that they shall explain; 10 if there are as many samples',
      group: 'Ordination',
    },
    {
      name: 'method',
      kind: { type: 'choice', choices: ['auto', 'exact', 'randomized'] },
      help: 'all axes by a full decomposition, or the largest by random vectors; auto is exact up to 1,000 samples',
      default: 'auto',
      group: 'Ordination',
    },
    { ...seedSetting, help: 'seed of the randomized method; the same seed gives the same result' },
    threadsSetting,
    {
      name: 'output',
      kind: { type: 'path' },
      help: 'ordination; the ending says the format: .txt (scikit-bio, Emperor), .tsv (table), .qza (QIIME 2)',
      required: true,
      group: 'Run',
    },
  ],
  load: async () => (await import('../work/ordination/compute-pcoa.js')).computePcoa,
};
