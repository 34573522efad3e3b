// `aam split`: which samples to learn from and which to hold out.
import type { Command } from '../command.js';
import { metadataSetting, missingSetting, seedSetting, tableSetting } from '../settings-of/inputs.js';

/** `aam split`. */
export const splitCommand: Command = {
  name: 'split',
  summary: 'samples to learn from and samples to hold out',
  description:
    'Divides the samples that table and metadata share and writes two lists of ids, one per line. ' +
    'With --group-column whole groups stay together: samples of one subject resemble each other, and a model that met ' +
    'the subject before can recognise it instead of learning the target.',
  example:
    'aam split --table table.biom --metadata metadata.tsv \\\n' +
    '    --group-column host_subject_id --output-dir split',
  settings: [
    tableSetting,
    { ...metadataSetting, required: true },
    missingSetting,
    {
      name: 'where',
      kind: { type: 'text' },
      help: 'use only samples with this value, as column=value',
      group: 'Input',
    },
    {
      name: 'group-column',
      kind: { type: 'text' },
      help: 'metadata column whose groups are kept together',
      group: 'Split',
    },
    {
      name: 'test-size',
      kind: { type: 'number', above: 0, below: 1 },
      help: 'fraction of the samples held out',
      default: 0.2,
      group: 'Split',
    },
    seedSetting,
    {
      name: 'output-dir',
      kind: { type: 'path' },
      help: 'folder for train_samples.txt and held_out_samples.txt',
      required: true,
      group: 'Run',
    },
  ],
  load: async () => (await import('../work/split-table.js')).splitTable,
};
