// `aam pretrain`: learns to read ASVs and communities without any metadata.
import type { Command } from '../command.js';
import { baseLossSettings, sampleReadsSetting, taxonSettings } from '../settings-of/base-losses.js';
import { augmentSetting, dataSettings, rarefactionSettings } from '../settings-of/data.js';
import { metadataSetting, treeSetting } from '../settings-of/inputs.js';
import { replacedInPretrain, replacedInTraining } from '../settings-of/replaced-flags.js';
import {
  encoderSettings,
  optimiserSettings,
  readSettings,
  runSettings,
  sampleSettings,
} from '../settings-of/training.js';

/** `aam pretrain`. */
export const pretrainCommand: Command = {
  name: 'pretrain',
  summary: 'train an encoder on UniFrac distances and masked bases',
  description:
    'Trains the base model on what every table carries in itself: the UniFrac distances between its samples, computed from ' +
    'the tree while it trains, and bases that are masked and must be guessed. No target is read. ' +
    'Writes best.safetensors, last.safetensors and history.tsv; Ctrl-C leaves a checkpoint that --resume-from continues.',
  example: 'aam pretrain --table table.biom --tree tree.nwk --output-dir pretrained',
  settings: [
    ...readSettings,
    { ...treeSetting, required: false, help: 'rooted phylogeny; needed for UniFrac, unless --unifrac-matrix is given' },
    metadataSetting,
    ...sampleSettings,
    ...rarefactionSettings,
    ...dataSettings,
    augmentSetting,
    ...encoderSettings,
    ...baseLossSettings,
    sampleReadsSetting,
    ...taxonSettings,
    ...optimiserSettings,
    ...runSettings,
  ],
  replaced: [...replacedInTraining, ...replacedInPretrain],
  load: async () => (await import('../work/pretrain-encoder.js')).pretrainEncoder,
};
