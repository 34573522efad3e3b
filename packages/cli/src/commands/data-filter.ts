// `aam data filter`: the samples and features of a table that meet conditions.
import type { Command } from '../command.js';
import { metadataSetting, tableSetting } from '../settings-of/inputs.js';
import { outputTableSetting, removedSetting, whereSetting } from '../settings-of/preparation.js';

const group = 'Conditions';

/** `aam data filter`. */
export const dataFilterCommand: Command = {
  name: 'filter',
  summary: 'leave samples and features out of a table',
  description:
    'Writes the part of a table that meets every condition that is given. Samples are chosen by list and metadata first; ' +
    'then features are judged by these samples; then samples by the reads that are left of them; last, what has no ' +
    'reads goes. Says how much each condition removed.',
  example:
    'aam data filter --table table.biom --metadata metadata.tsv \\\n' +
    '    --where body_site=gut --min-prevalence 0.05 --output gut.biom',
  settings: [
    tableSetting,
    metadataSetting,
    { ...whereSetting, help: `${whereSetting.help}; needs --metadata` },
    {
      name: 'samples',
      kind: { type: 'path' },
      help: 'use only these samples: ids, one per line',
      group: 'Input',
    },
    {
      name: 'exclude-samples',
      kind: { type: 'path' },
      help: 'leave these samples out: ids, one per line',
      group: 'Input',
    },
    {
      name: 'min-reads',
      kind: { type: 'number', minimum: 0 },
      help: 'fewest reads of a sample, of the features that are left',
      group,
    },
    {
      name: 'min-prevalence',
      kind: { type: 'number', minimum: 0, maximum: 1 },
      help: 'smallest part of the samples that must have a feature',
      group,
    },
    {
      name: 'min-samples',
      kind: { type: 'integer', minimum: 1 },
      help: 'fewest samples that must have a feature',
      group,
    },
    {
      name: 'min-feature-reads',
      kind: { type: 'number', minimum: 0 },
      help: 'fewest reads of a feature over all samples',
      group,
    },
    outputTableSetting,
    removedSetting,
  ],
  load: async () => (await import('../work/filter-samples-and-features.js')).filterSamplesAndFeatures,
};
