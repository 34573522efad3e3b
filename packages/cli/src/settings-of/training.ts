// Settings that `pretrain` and `train` share: inputs, architecture, optimisation, run.
import type { Setting } from '../settings.js';
import {
  missingSetting,
  modelTableSetting,
  seedSetting,
  sequencesSetting,
  shuffleBufferSetting,
  streamSetting,
  threadsSetting,
} from './inputs.js';
import { scheduleSettings } from './schedules.js';

/** What is read. */
export const readSettings: readonly Setting[] = [
  modelTableSetting,
  streamSetting,
  shuffleBufferSetting,
  sequencesSetting,
];

/** Which samples are used, for what, and where the results go. */
export const sampleSettings: readonly Setting[] = [
  missingSetting,
  {
    name: 'samples',
    kind: { type: 'path' },
    help: 'file with one sample id per line: use these samples only',
    group: 'Input',
  },
  {
    name: 'group-column',
    kind: { type: 'text' },
    help: 'metadata column whose groups (subjects, studies) are kept together when samples are split',
    group: 'Input',
  },
  {
    name: 'test-size',
    kind: { type: 'number', above: 0, below: 1 },
    help: 'fraction of the samples kept for validation',
    default: 0.2,
    group: 'Input',
  },
  {
    name: 'output-dir',
    kind: { type: 'path' },
    help: 'folder for checkpoints and reports',
    required: true,
    group: 'Run',
  },
];

/** The architecture of the encoder. */
export const encoderSettings: readonly Setting[] = [
  {
    name: 'embedding-dim',
    kind: { type: 'integer', minimum: 1 },
    help: 'width of every embedding',
    default: 128,
    group: 'Model',
  },
  {
    name: 'attention-heads',
    kind: { type: 'integer', minimum: 1 },
    help: 'attention heads of every layer',
    default: 4,
    group: 'Model',
  },
  {
    name: 'attention-layers',
    kind: { type: 'list', of: 'integer' },
    help: 'layers of every stack; or of each: over bases, over ASVs, before pooling (train: also over read counts, over the target)',
    default: [4],
    group: 'Model',
  },
  {
    name: 'ffn-ratio',
    kind: { type: 'number', above: 0 },
    help: 'hidden width of the feed-forward parts, in --embedding-dim',
    default: 4,
    group: 'Model',
  },
  {
    name: 'norm-placement',
    kind: { type: 'choice', choices: ['pre', 'post'] },
    help: 'normalise before attention and feed-forward part, or behind them',
    default: 'pre',
    group: 'Model',
  },
  {
    name: 'slot-positions',
    kind: { type: 'choice', choices: ['abundance-rank', 'none', 'compat'] },
    help: 'what the model knows of an ASV beside its bases: its rank by reads, nothing, or its place in the table',
    default: 'abundance-rank',
    group: 'Model',
  },
  {
    name: 'dropout',
    kind: { type: 'number', minimum: 0, below: 1 },
    help: 'dropout probability in every stack',
    default: 0.1,
    group: 'Model',
  },
  {
    name: 'count-embedding',
    kind: { type: 'switch' },
    help: 'tell the model how many reads every ASV has',
    default: false,
    group: 'Model',
  },
  {
    name: 'count-embedding-method',
    kind: { type: 'choice', choices: ['add', 'concat', 'film'] },
    help: 'how the number of reads enters an ASV embedding',
    default: 'add',
    group: 'Model',
  },
  {
    name: 'count-embedding-scale',
    kind: { type: 'choice', choices: ['ln', 'log', 'relative', 'clr', 'raw'] },
    help: 'scale on which it enters: logarithm of it plus 1; this over that of all reads; share of the reads; centred log-ratio; or as it is',
    default: 'ln',
    group: 'Model',
  },
];

/** Optimisation. */
export const optimiserSettings: readonly Setting[] = [
  {
    name: 'epochs',
    kind: { type: 'integer', minimum: 1 },
    help: 'passes over the training samples at most',
    default: 100,
    group: 'Optimisation',
  },
  {
    name: 'batch-size',
    kind: { type: 'integer', minimum: 1 },
    help: 'samples in a batch',
    default: 8,
    group: 'Optimisation',
  },
  {
    name: 'lr',
    kind: { type: 'number', above: 0 },
    help: 'learning rate at its highest',
    default: 1e-4,
    group: 'Optimisation',
  },
  {
    name: 'optimizer',
    kind: { type: 'choice', choices: ['adamw', 'adam', 'sgd'] },
    help: 'rule that updates the parameters',
    default: 'adamw',
    group: 'Optimisation',
  },
  {
    name: 'weight-decay',
    kind: { type: 'number', minimum: 0 },
    help: 'weight decay',
    default: 0.01,
    group: 'Optimisation',
  },
  {
    name: 'scheduler',
    kind: {
      type: 'choice',
      choices: ['warmup_cosine', 'cosine', 'cosine_restarts', 'plateau', 'onecycle', 'constant'],
    },
    help: 'how the learning rate changes',
    default: 'warmup_cosine',
    group: 'Optimisation',
  },
  ...scheduleSettings,
  {
    name: 'gradient-accumulation-steps',
    kind: { type: 'integer', minimum: 1 },
    help: 'batches whose gradients make one update',
    default: 1,
    group: 'Optimisation',
  },
  {
    name: 'max-grad-norm',
    kind: { type: 'number', above: 0 },
    help: 'longer gradients are shortened to this length; off if unset',
    group: 'Optimisation',
  },
  {
    name: 'precision',
    kind: { type: 'choice', choices: ['f32', 'bf16'] },
    help: 'factors of matrix products in training steps; sums, weights and validation keep 32 bits',
    default: 'f32',
    group: 'Optimisation',
  },
  {
    name: 'share-asvs',
    kind: { type: 'switch' },
    help: 'read an ASV that several samples of a batch have once per training step, with one draw of dropout and masks; off: once per sample, as the reference does, which takes longer',
    default: true,
    group: 'Optimisation',
  },
  {
    name: 'patience',
    kind: { type: 'integer', minimum: 1 },
    help: 'epochs without improvement after which training stops',
    default: 10,
    group: 'Optimisation',
  },
];

/** The run itself. */
export const runSettings: readonly Setting[] = [
  seedSetting,
  threadsSetting,
  {
    name: 'resume-from',
    kind: { type: 'path' },
    help: 'checkpoint of an interrupted run; it goes on as if it had not stopped',
    group: 'Run',
  },
  {
    name: 'checkpoint-steps',
    kind: { type: 'integer', minimum: 1 },
    help: 'updates after which last.safetensors is written again, for long epochs; only after every epoch if unset',
    group: 'Run',
  },
];
