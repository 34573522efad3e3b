// `aam train`: learns to predict metadata columns.
import type { Command } from '../command.js';
import { baseLossSettings } from '../settings-of/base-losses.js';
import { categorySettings } from '../settings-of/categories.js';
import { augmentSetting, dataSettings, rarefactionSettings } from '../settings-of/data.js';
import { asvCacheSetting, metadataSetting, treeSetting } from '../settings-of/inputs.js';
import {
  baseModelSettings,
  classSettings,
  headSettings,
  targetLossSettings,
  targetSettings,
} from '../settings-of/prediction.js';
import { replacedInTrain, replacedInTraining } from '../settings-of/replaced-flags.js';
import {
  encoderSettings,
  optimiserSettings,
  readSettings,
  runSettings,
  sampleSettings,
} from '../settings-of/training.js';

/** Without defaults: unset ones follow the pre-trained encoder, else the defaults of `pretrain`. */
const followsEncoder = [...dataSettings, ...encoderSettings].map((setting) => {
  if (setting.default === undefined) return setting;
  const { default: standard, ...unset } = setting;
  return { ...unset, help: `${setting.help}; that of --pretrained-encoder, else ${standard}` };
});

/** `aam train`. */
export const trainCommand: Command = {
  name: 'train',
  summary: 'train a predictor of metadata columns',
  description:
    'Fine-tunes a pre-trained encoder (or trains from scratch) to predict a metadata column, of numbers or of classes. ' +
    'The checkpoint carries all that `aam predict` needs. Writes best.safetensors, last.safetensors, history.tsv and ' +
    'val_predictions.tsv; Ctrl-C leaves a checkpoint that --resume-from continues.',
  example:
    'aam train --table table.biom --metadata metadata.tsv --metadata-column age \\\n' +
    '    --pretrained-encoder pretrained/best.safetensors --output-dir run',
  settings: [
    ...readSettings,
    { ...metadataSetting, required: true },
    { ...treeSetting, required: false, help: 'rooted phylogeny; needed for the UniFrac loss (--penalty above 0)' },
    ...sampleSettings,
    ...targetSettings,
    ...classSettings,
    ...categorySettings,
    ...rarefactionSettings,
    ...followsEncoder,
    augmentSetting,
    ...baseModelSettings,
    ...headSettings,
    ...baseLossSettings.map((setting) =>
      setting.name === 'penalty' || setting.name === 'nuc-penalty' ? { ...setting, default: 0 } : setting,
    ),
    ...targetLossSettings,
    ...optimiserSettings,
    ...runSettings,
    { ...asvCacheSetting, help: `${asvCacheSetting.help}; with --freeze` },
  ],
  replaced: [...replacedInTraining, ...replacedInTrain],
  load: async () => (await import('../work/train-predictor.js')).trainPredictor,
};
