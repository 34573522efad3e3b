// `aam data rarefy`: the same number of reads of every sample.
import type { Command } from '../command.js';
import { seedSetting, tableSetting } from '../settings-of/inputs.js';
import { outputTableSetting, removedSetting } from '../settings-of/preparation.js';

const group = 'Rarefaction';

/** `aam data rarefy`. */
export const dataRarefyCommand: Command = {
  name: 'rarefy',
  summary: 'draw the same number of reads of every sample',
  description:
    'Draws reads of every sample at random and writes the table that is left, without features that have no reads any ' +
    'more. What is drawn of a sample depends on its counts, its id and the seed, not on the samples beside it. ' +
    '`aam pretrain` and `aam train` rarefy themselves, anew in every epoch if asked to: rarefy a table for other uses.',
  example: 'aam data rarefy --table table.biom --rarefy-depth 5000 --output even.biom',
  settings: [
    tableSetting,
    {
      name: 'rarefy-depth',
      kind: { type: 'integer', minimum: 1 },
      help: 'reads to draw of every sample',
      required: true,
      group,
    },
    {
      name: 'below-depth',
      kind: { type: 'choice', choices: ['drop', 'keep'] },
      help: 'what to do with samples of fewer reads: leave them out, or keep all their reads',
      default: 'drop',
      group,
    },
    { name: 'with-replacement', kind: { type: 'switch' }, help: 'put every read back before the next is drawn', group },
    {
      name: 'like-reference',
      kind: { type: 'switch' },
      help: 'draw exactly as the PyTorch reference and biom-format do; the order of the table then matters',
      group,
    },
    seedSetting,
    outputTableSetting,
    removedSetting,
  ],
  load: async () => (await import('../work/rarefy-table.js')).rarefyTable,
};
