// `aam data split`, also called `aam split`: which samples to learn from and which to hold out.
import type { Command } from '../command.js';
import type { Setting } from '../settings.js';
import { metadataSetting, missingSetting, seedSetting, tableSetting } from '../settings-of/inputs.js';
import { whereSetting } from '../settings-of/preparation.js';

const group = 'Split';

const splitSettings: readonly Setting[] = [
  tableSetting,
  { ...metadataSetting, required: true },
  missingSetting,
  whereSetting,
  { name: 'group-column', kind: { type: 'text' }, help: 'metadata column whose groups are kept together', group },
  {
    name: 'stratify-column',
    kind: { type: 'text' },
    help: 'metadata column that every part gets its share of: each category, or each quarter of the numbers',
    group,
  },
  {
    name: 'stratify-bins',
    kind: { type: 'integer', minimum: 2 },
    help: 'ranges of a numeric --stratify-column, about equally many samples in each',
    default: 4,
    group,
  },
  {
    name: 'test-size',
    kind: { type: 'number', above: 0, below: 1 },
    help: 'fraction of the samples held out; unused with --folds',
    default: 0.2,
    group,
  },
  {
    name: 'folds',
    kind: { type: 'integer', minimum: 2 },
    help: 'divide into this many folds, each held out once, instead of one split',
    group,
  },
  {
    name: 'inner-folds',
    kind: { type: 'integer', minimum: 2 },
    help: 'divide the samples to learn from of each of the --folds again, for choosing settings',
    group,
  },
  {
    name: 'like-reference',
    kind: { type: 'switch' },
    help: 'draw exactly as the PyTorch reference does (scikit-learn); the order of the table then matters',
    group,
  },
  seedSetting,
  {
    name: 'output-dir',
    kind: { type: 'path' },
    help: 'folder for split.tsv, and train_samples.txt and held_out_samples.txt of each part',
    required: true,
    group: 'Run',
  },
];

/** `aam data split`. */
export const dataSplitCommand: Command = {
  name: 'split',
  summary: 'samples to learn from and samples to hold out',
  description:
    'Divides the samples that table and metadata share and writes lists of ids, one per line, and split.tsv, sample ' +
    'metadata that QIIME 2 reads. With --group-column whole groups stay together: samples of one subject resemble each ' +
    'other, and a model that met the subject before can recognise it instead of learning the target. With --folds ' +
    'every sample is held out once.',
  example:
    'aam data split --table table.biom --metadata metadata.tsv \\\n' +
    '    --group-column host_subject_id --output-dir split',
  settings: splitSettings,
  load: async () => (await import('../work/split-table.js')).splitTable,
};
