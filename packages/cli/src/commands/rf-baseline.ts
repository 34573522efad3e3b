// `aam rf-baseline`: what a random forest on relative abundances makes of the same samples.
import type { Command } from '../command.js';
import { metadataSetting, missingSetting, seedSetting, tableSetting } from '../settings-of/inputs.js';
import { replacedInForest } from '../settings-of/replaced-flags.js';

/** `aam rf-baseline`. */
export const forestCommand: Command = {
  name: 'rf-baseline',
  summary: 'predictions of a random forest, to compare with',
  description:
    'Grows a random forest on the relative abundances of the training samples and predicts the validation samples. ' +
    'It knows nothing of DNA or phylogeny: what a model gains over it comes from there.',
  example:
    'aam rf-baseline --table table.biom --metadata metadata.tsv \\\n' +
    '    --metadata-column age --train-samples split/train_samples.txt \\\n' +
    '    --val-samples split/held_out_samples.txt --output forest.tsv',
  settings: [
    tableSetting,
    { ...metadataSetting, required: true },
    {
      name: 'metadata-column',
      kind: { type: 'text' },
      help: 'numeric metadata column to predict',
      required: true,
      group: 'Input',
    },
    {
      name: 'train-samples',
      kind: { type: 'path' },
      help: 'ids of the samples to learn from, one per line',
      required: true,
      group: 'Input',
    },
    {
      name: 'val-samples',
      kind: { type: 'path' },
      help: 'ids of the samples to predict, one per line',
      required: true,
      group: 'Input',
    },
    missingSetting,
    { name: 'n-estimators', kind: { type: 'integer', minimum: 1 }, help: 'trees', default: 500, group: 'Forest' },
    {
      name: 'max-features',
      kind: { type: 'number', above: 0, maximum: 1 },
      help: 'fraction of the features tried at every node',
      default: 0.1,
      group: 'Forest',
    },
    { ...seedSetting, name: 'random-seed' },
    {
      name: 'output',
      kind: { type: 'path' },
      help: 'predictions: sample_id, actual, predicted',
      required: true,
      group: 'Run',
    },
  ],
  replaced: replacedInForest,
  load: async () => (await import('../work/grow-forest.js')).growForest,
};
