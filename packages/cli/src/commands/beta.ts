// `aam beta`: distances between samples without a tree.
import type { Command } from '../command.js';
import {
  communityMetrics,
  communitySettings,
  distanceRunSettings,
  emptySamplesSetting,
  somePairsSettings,
} from '../settings-of/distances.js';

/** `aam beta`. */
export const betaCommand: Command = {
  name: 'beta',
  summary: 'distances between all samples without a tree',
  description:
    'Distances of the counts alone, such as Bray-Curtis. They take every feature as equally different from every other; ' +
    'aam unifrac knows better where there is a tree. Most depend on sequencing depth: rarefy where depths differ.',
  example: 'aam beta --table table.biom --metric bray_curtis --rarefy-depth 5000 \\\n    --output distances.tsv',
  settings: [
    ...communitySettings,
    {
      name: 'metric',
      kind: { type: 'choice', choices: communityMetrics },
      help: 'which distance',
      default: 'bray_curtis',
      group: 'Distance',
    },
    {
      name: 'pseudocount',
      kind: { type: 'number', above: 0 },
      help: 'added to every count before logarithms are taken, for aitchison',
      default: 1,
      group: 'Distance',
    },
    emptySamplesSetting,
    ...somePairsSettings,
    ...distanceRunSettings,
  ],
  load: async () => (await import('../work/distances/compute-beta.js')).computeBeta,
};
