// `aam unifrac-merge`: one matrix of parts that were computed apart.
import type { Command } from '../command.js';
import { matrixOutputSetting, precisionSetting } from '../settings-of/distances.js';

/** `aam unifrac-merge`. */
export const unifracMergeCommand: Command = {
  name: 'unifrac-merge',
  summary: 'join parts of a distance matrix',
  description:
    'Joins the parts that aam unifrac --part wrote into one matrix, which is the same to the last bit as one computed at ' +
    'once. Checks first that they are of the same table, tree and metric and that no rows are missing or twice there.',
  example: 'aam unifrac-merge --parts part1.h5,part2.h5 --output distances.h5',
  settings: [
    {
      name: 'parts',
      kind: { type: 'list', of: 'text' },
      help: 'files of the parts in any order, or a folder whose .h5 files they are',
      required: true,
      group: 'Input',
    },
    precisionSetting,
    matrixOutputSetting,
  ],
  load: async () => (await import('../work/distances/merge-parts.js')).mergeParts,
};
