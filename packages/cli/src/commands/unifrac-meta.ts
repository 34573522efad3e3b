// `aam unifrac-meta`: one matrix of several tables of the same samples.
import type { Command } from '../command.js';
import { distanceRunSettings, unifracMetricSettings } from '../settings-of/distances.js';
import { missingSetting } from '../settings-of/inputs.js';

/** `aam unifrac-meta`. */
export const unifracMetaCommand: Command = {
  name: 'unifrac-meta',
  summary: 'UniFrac over several tables, such as two marker genes',
  description:
    'The weighted mean of the UniFrac distances of several tables, each with its own tree, over all samples that any of ' +
    'them has. --consolidation says what counts where a table lacks a sample.',
  example:
    'aam unifrac-meta --tables 16s.biom,its.biom --trees 16s.nwk,its.nwk \\\n' +
    '    --weights 2,1 --output distances.tsv',
  settings: [
    {
      name: 'tables',
      kind: { type: 'list', of: 'text' },
      help: 'feature tables',
      required: true,
      group: 'Input',
    },
    {
      name: 'trees',
      kind: { type: 'list', of: 'text' },
      help: 'rooted phylogenies, one per table, in the same order',
      required: true,
      group: 'Input',
    },
    {
      name: 'weights',
      kind: { type: 'list', of: 'number' },
      help: 'how much each table counts; without them all the same',
      group: 'Input',
    },
    {
      ...missingSetting,
      help: 'what to do with features that are no tips of their tree: stop, or leave them out and say so',
    },
    ...unifracMetricSettings,
    {
      name: 'consolidation',
      kind: {
        type: 'choice',
        choices: ['skipping_missing_values', 'skipping_missing_matrices', 'missing_zero', 'missing_one'],
      },
      help: 'where a table lacks a sample: the mean of the others, no table with gaps at all, 0, or 1',
      default: 'skipping_missing_values',
      group: 'Distance',
    },
    ...distanceRunSettings,
  ],
  load: async () => (await import('../work/distances/compute-meta-unifrac.js')).computeMetaUnifrac,
};
