// `aam predict`: predictions from a checkpoint alone.
import type { Command } from '../command.js';
import {
  asvCacheSetting,
  metadataSetting,
  missingSetting,
  modelTableSetting,
  sequencesSetting,
  streamSetting,
  threadsSetting,
} from '../settings-of/inputs.js';
import { replacedInPredict } from '../settings-of/replaced-flags.js';

/** `aam predict`. */
export const predictCommand: Command = {
  name: 'predict',
  summary: 'predictions in the target units, from a checkpoint',
  description:
    'Predicts every sample of a table with a checkpoint of `aam train`. Architecture, rarefaction and the way back to ' +
    'the units of the target all come from the checkpoint. Samples with fewer reads than it was trained on are predicted ' +
    'from all their reads, and named.',
  example:
    'aam predict --model run/best.safetensors --table table.biom \\\n' +
    '    --sequences rep-seqs.fasta --output predictions.tsv',
  settings: [
    {
      name: 'model',
      kind: { type: 'path' },
      help: 'checkpoint of `aam train`; several, with commas between, predict their mean',
      required: true,
      group: 'Input',
    },
    modelTableSetting,
    streamSetting,
    sequencesSetting,
    {
      ...metadataSetting,
      help: 'sample metadata; where it knows the target, the actual value stands beside the predicted one',
    },
    {
      name: 'samples',
      kind: { type: 'path' },
      help: 'file with one sample id per line: predict these only',
      group: 'Input',
    },
    missingSetting,
    {
      name: 'batch-size',
      kind: { type: 'integer', minimum: 1 },
      help: 'samples in a batch',
      default: 32,
      group: 'Run',
    },
    threadsSetting,
    asvCacheSetting,
    {
      name: 'output',
      kind: { type: 'path' },
      help: 'predictions: sample_id, (actual,) predicted',
      required: true,
      group: 'Run',
    },
  ],
  replaced: replacedInPredict,
  load: async () => (await import('../work/predict-samples.js')).predictSamples,
};
