// Settings of the fine-tuned predictor: target, head, losses and what of the base model is trained.
import type { Setting } from '../settings.js';

/** The target and how it is transformed. */
export const targetSettings: readonly Setting[] = [
  {
    name: 'metadata-column',
    kind: { type: 'text' },
    help: 'metadata column to predict: numbers, or classes with --classifier; --best-metric is about this one',
    required: true,
    group: 'Target',
  },
  {
    name: 'target-transform',
    kind: {
      type: 'choice',
      choices: ['none', 'minmax', 'zscore', 'zscore-category', 'log-minmax', 'log-zscore', 'rank-gauss'],
    },
    help: 'scale on which the target is learned; predictions come back in its own units',
    default: 'zscore',
    group: 'Target',
  },
  {
    name: 'normalize-by',
    kind: { type: 'list', of: 'text' },
    help: 'metadata columns whose categories, such as studies, have a scale each, with --target-transform zscore-category',
    group: 'Target',
  },
  {
    name: 'normalize-shrinkage',
    kind: { type: 'number', minimum: 0 },
    help: 'how many values of the whole every category is mixed with, so that small ones are like the whole; 5 if unset',
    group: 'Target',
  },
  {
    name: 'also-predict',
    kind: { type: 'list', of: 'text' },
    help: 'further columns to predict, as bmi,site:class,depth:log-zscore: numbers on the scale of --target-transform or of their own, or classes',
    group: 'Target',
  },
];

/** Whether the target is a class, and how classes count. */
export const classSettings: readonly Setting[] = [
  {
    name: 'classifier',
    kind: { type: 'switch' },
    help: 'the column holds classes; predict them and their probabilities',
    default: false,
    group: 'Target',
  },
  {
    name: 'class-weights',
    kind: { type: 'list', of: 'text' },
    help: 'weight of each class, sorted by name, or balanced: rare classes count as much as common ones',
    group: 'Target',
  },
  {
    name: 'label-smoothing',
    kind: { type: 'number', minimum: 0, below: 1 },
    help: 'share of the true class that is spread over all classes',
    default: 0,
    group: 'Target',
  },
];

/** The pre-trained encoder and what of it is trained on. */
export const baseModelSettings: readonly Setting[] = [
  {
    name: 'pretrained-encoder',
    kind: { type: 'path' },
    help: 'checkpoint of `aam pretrain`; architecture and data preparation follow it',
    group: 'Model',
  },
  {
    name: 'freeze',
    kind: { type: 'choice', choices: ['none', 'asv', 'base'] },
    help: 'what is not trained: nothing, the level that reads bases, or the whole base model',
    default: 'none',
    group: 'Model',
  },
  { name: 'freeze-base', kind: { type: 'switch' }, help: 'the same as --freeze base', default: false, group: 'Model' },
];

/** The head. */
export const headSettings: readonly Setting[] = [
  {
    name: 'regressor-hidden-dims',
    kind: { type: 'list', of: 'integer' },
    help: 'widths of hidden layers in the head; a single linear layer if unset',
    group: 'Head',
  },
  {
    name: 'regressor-dropout',
    kind: { type: 'number', minimum: 0, below: 1 },
    help: 'dropout after every hidden layer of the head',
    default: 0,
    group: 'Head',
  },
  {
    name: 'residual-regression-head',
    kind: { type: 'switch' },
    help: 'add a linear path around the hidden layers',
    default: false,
    group: 'Head',
  },
  {
    name: 'target-layer-norm',
    kind: { type: 'switch' },
    help: 'normalise the pooled vector before the head',
    default: true,
    group: 'Head',
  },
  {
    name: 'asv-weights',
    kind: { type: 'switch' },
    help: 'besides the transformer, learn what each ASV of the table adds by its log abundance (a wide and deep model)',
    default: false,
    group: 'Head',
  },
  {
    name: 'bounded-targets',
    kind: { type: 'switch' },
    help: 'keep predictions inside the range of the training target (with a minmax transform)',
    default: false,
    group: 'Head',
  },
  {
    name: 'output-activation',
    kind: { type: 'choice', choices: ['none', 'relu', 'softplus', 'exp'] },
    help: 'last function of the head',
    default: 'none',
    group: 'Head',
  },
  {
    name: 'learnable-output-scale',
    kind: { type: 'switch' },
    help: 'learn a scale and a shift of the output',
    default: false,
    group: 'Head',
  },
  {
    name: 'count-prediction',
    kind: { type: 'switch' },
    help: 'also predict how many reads every ASV has',
    default: true,
    group: 'Head',
  },
  {
    name: 'count-normalization',
    kind: { type: 'choice', choices: ['log', 'relative', 'clr', 'raw'] },
    help: 'scale on which read counts are predicted: logarithm over that of all reads, share of the reads, centred log-ratio, or as they are',
    default: 'log',
    group: 'Head',
  },
];

/** Losses of the predictor. */
export const targetLossSettings: readonly Setting[] = [
  {
    name: 'loss-type',
    kind: { type: 'choice', choices: ['huber', 'mse', 'mae', 'quantile', 'asymmetric'] },
    help: 'loss of a target that is a number',
    default: 'huber',
    group: 'Loss',
  },
  {
    name: 'quantiles',
    kind: { type: 'list', of: 'number' },
    help: 'quantiles to predict, rising, with --loss-type quantile; 0.1,0.5,0.9 if unset',
    group: 'Loss',
  },
  {
    name: 'over-penalty',
    kind: { type: 'number', above: 0 },
    help: 'weight of predictions that are too high, with --loss-type asymmetric',
    default: 1,
    group: 'Loss',
  },
  {
    name: 'under-penalty',
    kind: { type: 'number', above: 0 },
    help: 'weight of predictions that are too low, with --loss-type asymmetric',
    default: 1,
    group: 'Loss',
  },
  {
    name: 'target-penalty',
    kind: { type: 'number', minimum: 0 },
    help: 'weight of the loss of the target, and of each of --also-predict',
    default: 1,
    group: 'Loss',
  },
  {
    name: 'count-penalty',
    kind: { type: 'number', minimum: 0 },
    help: 'weight of the read-count loss',
    default: 1,
    group: 'Loss',
  },
  {
    name: 'best-metric',
    kind: { type: 'choice', choices: ['val_loss', 'mae', 'r2', 'accuracy', 'f1'] },
    help: 'what decides which epoch is the best',
    default: 'val_loss',
    group: 'Optimisation',
  },
];
