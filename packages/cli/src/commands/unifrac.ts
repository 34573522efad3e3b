// `aam unifrac`: the distance matrix of a feature table.
import type { Command } from '../command.js';
import {
  distanceRunSettings,
  phylogeneticSettings,
  somePairsSettings,
  unifracOrGainSettings,
} from '../settings-of/distances.js';

/** `aam unifrac`. */
export const unifracCommand: Command = {
  name: 'unifrac',
  summary: 'UniFrac distances between all samples',
  description:
    'Exact UniFrac: how much of the branch length of two samples they do not share. Unweighted metrics look at presence ' +
    'only, weighted ones at the part of the reads below each branch; rarefy where sequencing depths differ much. ' +
    'With --samples only some samples; with --references the distances of all to a few; with --pairs chosen pairs; with ' +
    '--part k/n one of n parts, to be computed on several machines and joined by aam unifrac-merge.',
  example: 'aam unifrac --table table.biom --tree tree.nwk --output distances.tsv',
  settings: [
    ...phylogeneticSettings,
    ...unifracOrGainSettings,
    ...somePairsSettings,
    {
      name: 'part',
      kind: { type: 'text' },
      help: 'compute one part of the matrix, as 3/8; the output is an .h5 file for aam unifrac-merge',
      group: 'Run',
    },
    ...distanceRunSettings,
  ],
  load: async () => (await import('../work/distances/compute-unifrac.js')).computeUnifrac,
};
