// `aam permanova`: whether groups of samples differ.
import type { Command } from '../command.js';
import { distanceMatrixSettings } from '../settings-of/distance-matrix.js';
import { metadataSetting, missingSetting, seedSetting, threadsSetting } from '../settings-of/inputs.js';

/** `aam permanova`. */
export const permanovaCommand: Command = {
  name: 'permanova',
  summary: 'test whether groups of samples differ',
  description:
    'Compares distances within groups of samples with those between groups, and asks how often groups drawn at random ' +
    'differ as much (PERMANOVA). Groups are the values of a metadata column. With --pairwise every two groups are ' +
    'compared, too, with q-values that allow for the number of tests.',
  example:
    'aam permanova --distance-matrix unweighted.tsv --metadata metadata.tsv \\\n' +
    '    --metadata-column site --output permanova.tsv',
  settings: [
    ...distanceMatrixSettings,
    { ...metadataSetting, required: true },
    {
      name: 'metadata-column',
      kind: { type: 'text' },
      help: 'column whose values are the groups',
      required: true,
      group: 'Input',
    },
    {
      ...missingSetting,
      help: 'what to do with samples that the metadata lack or that have no value in the column: stop, or leave them out and say so',
    },
    {
      name: 'permutations',
      kind: { type: 'integer', minimum: 0, maximum: 2 ** 32 - 2 },
      help: 'random assignments to compare with; the smallest p-value is 1 / (permutations + 1)',
      default: 999,
      group: 'Test',
    },
    { name: 'pairwise', kind: { type: 'switch' }, help: 'compare every two groups, too', group: 'Test' },
    { ...seedSetting, help: 'seed of the permutations; the same seed gives the same result' },
    threadsSetting,
    {
      name: 'output',
      kind: { type: 'path' },
      help: 'results, tab-separated; without it they are only printed',
      group: 'Run',
    },
  ],
  load: async () => (await import('../work/ordination/compute-permanova.js')).computePermanova,
};
