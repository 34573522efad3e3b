// Settings of how samples and reads are prepared for a model, and changed while it trains.
import type { Setting } from '../settings.js';

const group = 'Data';

/** Whether reads are drawn, and anew; these hold for the run, not for the model. */
export const rarefactionSettings: readonly Setting[] = [
  {
    name: 'rarefy',
    kind: { type: 'switch' },
    help: 'draw the same number of reads of every sample; off, all counts are read, which may then be relative frequencies',
    default: true,
    group,
  },
  {
    name: 'rarefy-each-epoch',
    kind: { type: 'switch' },
    help: 'draw the reads of the training samples anew in every epoch',
    default: true,
    group,
  },
];

/** How samples and reads are prepared; part of a model, which needs them prepared alike. */
export const dataSettings: readonly Setting[] = [
  {
    name: 'rarefy-depth',
    kind: { type: 'integer', minimum: 1 },
    help: 'reads drawn of every sample; samples with fewer are left out of training and reported',
    default: 5000,
    group,
  },
  {
    name: 'rarefy-with-replacement',
    kind: { type: 'switch' },
    help: 'put every read back before the next is drawn',
    default: false,
    group,
  },
  {
    name: 'max-bp',
    kind: { type: 'integer', minimum: 1 },
    help: 'bases read of every ASV; the rest of a longer one is ignored',
    default: 150,
    group,
  },
  {
    name: 'token-limit',
    kind: { type: 'integer', minimum: 1 },
    help: 'ASVs read of every sample',
    default: 1024,
    group,
  },
  {
    name: 'asv-sampling',
    kind: { type: 'choice', choices: ['abundance', 'first', 'random', 'weighted'] },
    help: 'which ASVs are read where a sample has more than --token-limit',
    default: 'abundance',
    group,
  },
];

/** How training samples are changed. */
export const augmentSetting: Setting = {
  name: 'augment',
  kind: { type: 'list', of: 'text' },
  help:
    'changes of the training samples, new in each epoch, in this order: asv-dropout:0.1,mixup; of read-subsampling, ' +
    'asv-dropout, abundance-jitter, phylogenetic-swap, mixup, cutmix, base-substitution, base-masking and truncation, ' +
    'with their numbers (docs/guide/training.md)',
  group,
};
