// Flags of the PyTorch reference that these commands have not, each with what to do instead. Data, checked by a test.
import type { ReplacedFlag } from '../command.js';

const onCpu = 'Everything is computed on the processor; --threads says on how many cores. Leave the flag out.';
const onePlace = 'One process trains on all cores (--threads). Leave the flag out.';
const ofGpu = 'It is about the memory of a GPU, and none is used. Leave the flag out.';
const fixedBatch = 'The batch is what --batch-size says; --gradient-accumulation-steps joins several to one update.';
const multiPass =
  'Every sample is read once, with draws that its id and the seed decide, so that a prediction repeats exactly. Leave the flag out.';
const inCheckpoint = 'How samples are prepared is part of the checkpoint. Leave the flag out.';

/** In `pretrain` and `train`. */
export const replacedInTraining: readonly ReplacedFlag[] = [
  { name: 'auto-batch-size', instead: fixedBatch },
  { name: 'max-memory-fraction', instead: fixedBatch },
  { name: 'target-effective-batch-size', instead: fixedBatch },
  { name: 'device', instead: onCpu },
  {
    name: 'num-workers',
    instead: 'Batches are made where they are used; --threads is about computing. Leave the flag out.',
  },
  { name: 'use-expandable-segments', instead: ofGpu },
  {
    name: 'mixed-precision',
    instead: 'Give --precision bf16, which needs no loss scaling, or leave the flag out for 32 bits.',
  },
  { name: 'compile-model', instead: 'The kernels are compiled already. Leave the flag out.' },
  { name: 'tf32', instead: ofGpu },
  {
    name: 'gradient-checkpointing',
    instead: 'Attention keeps no matrices that would have to be saved or computed anew. Leave the flag out.',
  },
  { name: 'attn-implementation', instead: 'There is one attention, exact and of linear memory. Leave the flag out.' },
  {
    name: 'asv-chunk-size',
    instead: 'Every distinct ASV of a batch is read once, in parts that fit. Leave the flag out.',
  },
  { name: 'no-sequence-cache', instead: 'Bases are kept as one byte each. Leave the flag out.' },
  { name: 'distributed', instead: onePlace },
  { name: 'data-parallel', instead: onePlace },
  { name: 'fsdp', instead: onePlace },
  { name: 'fsdp-sharded-checkpoint', instead: onePlace },
  { name: 'sync-batchnorm', instead: 'The model has no batch normalisation. Leave the flag out.' },
];

/** In `pretrain` only. */
export const replacedInPretrain: readonly ReplacedFlag[] = [
  { name: 'memory-profile', instead: '`aam inspect model` says what a model costs. Leave the flag out.' },
  { name: 'count-penalty', instead: 'Read counts are predicted by `aam train` only. Leave the flag out.' },
];

/** In `train` only. */
export const replacedInTrain: readonly ReplacedFlag[] = [
  {
    name: 'out-dim',
    instead:
      'The width follows from the target: one number, or one per class with --classifier. --also-predict adds targets.',
  },
  { name: 'normalize-targets', instead: 'Give --target-transform minmax, or none for --no-normalize-targets.' },
  {
    name: 'normalize-targets-by',
    instead: 'Give --target-transform zscore-category and --normalize-by with the same columns.',
  },
  { name: 'log-transform-targets', instead: 'Give --target-transform log-minmax or log-zscore.' },
  { name: 'loss-config', instead: '--loss-type is the loss of every number that is predicted.' },
  { name: 'categorical-help', instead: 'docs/guide/training.md says when to use which fusion.' },
  { name: 'val-prediction-passes', instead: multiPass },
];

/** In `rf-baseline`. */
export const replacedInForest: readonly ReplacedFlag[] = [
  { name: 'n-jobs', instead: 'Trees are grown one after the other. Leave the flag out.' },
];

/** In `predict`. */
export const replacedInPredict: readonly ReplacedFlag[] = [
  { name: 'device', instead: onCpu },
  { name: 'no-sequence-cache', instead: 'Bases are kept as one byte each. Leave the flag out.' },
  { name: 'asv-sampling', instead: inCheckpoint },
  { name: 'prediction-passes', instead: multiPass },
  {
    name: 'output-variance',
    instead: 'Train with --loss-type quantile: predictions then have an interval beside the value.',
  },
];
