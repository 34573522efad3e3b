// Settings of what an encoder learns of communities and bases.
import type { Setting } from '../settings.js';
import { communityMetrics, varianceAdjustedSetting } from './distances.js';

/** Names of UniFrac between samples, the reference's first. */
export const unifracNames: readonly string[] = [
  'unifrac',
  'weighted',
  'generalized',
  'weighted_unnormalized',
  'unweighted_unnormalized',
];

/** Losses of the base model. */
export const baseLossSettings: readonly Setting[] = [
  {
    name: 'unifrac-metric',
    kind: {
      type: 'list',
      of: 'text',
      choices: [...unifracNames, ...communityMetrics, 'faith_pd', 'taxonomy', 'combined'],
    },
    help: 'what is learned of communities: distances between them, unweighted, weighted normalised, generalised or unnormalised UniFrac from the tree, the others from counts alone, several at once by commas; or Faith PD of each; its taxa; or UniFrac and both (combined)',
    default: ['unifrac'],
    group: 'Loss',
  },
  {
    name: 'alpha',
    kind: { type: 'number', minimum: 0, maximum: 1 },
    help: 'weight of abundant branches in generalised UniFrac; 0.5 if unset',
    group: 'Loss',
  },
  { ...varianceAdjustedSetting, group: 'Loss' },
  {
    name: 'pseudocount',
    kind: { type: 'number', above: 0 },
    help: 'added to every count before logarithms are taken, for aitchison; 1 if unset',
    group: 'Loss',
  },
  {
    name: 'unifrac-matrix',
    kind: { type: 'list', of: 'text' },
    help: 'files of distances to learn instead, such as those of `aam beta`; several are learned at once',
    group: 'Loss',
  },
  {
    name: 'distance-scale',
    kind: { type: 'text' },
    help: 'distance of embeddings that stands for tanh(1), about 0.76; learned: found in training',
    default: '10',
    group: 'Loss',
  },
  {
    name: 'penalty',
    kind: { type: 'number', minimum: 0 },
    help: 'weight of the UniFrac loss',
    default: 1,
    group: 'Loss',
  },
  {
    name: 'nuc-penalty',
    kind: { type: 'number', minimum: 0 },
    help: 'weight of the masked-base loss; 0 switches it off',
    default: 1,
    group: 'Loss',
  },
  {
    name: 'nuc-mask-ratio',
    kind: { type: 'number', minimum: 0, below: 1 },
    help: 'fraction of the bases that are masked',
    default: 0.15,
    group: 'Loss',
  },
  {
    name: 'nuc-mask-strategy',
    kind: { type: 'choice', choices: ['random', 'span'] },
    help: 'mask single bases or runs of 3 to 5',
    default: 'random',
    group: 'Loss',
  },
  {
    name: 'loss-weighting',
    kind: { type: 'choice', choices: ['fixed', 'learned'] },
    help: 'whether losses weigh what the penalties say, or what the model learns of their uncertainty',
    default: 'fixed',
    group: 'Loss',
  },
];

/** Which reads samples are learned from. */
export const sampleReadsSetting: Setting = {
  name: 'sample-reads',
  kind: { type: 'choice', choices: ['hidden', 'whole'] },
  help: 'whether samples are learned from reads with masked bases, as in the reference, or from whole ones, which takes up to twice as long',
  default: 'hidden',
  group: 'Loss',
};

/** Taxa as what is learned of communities. */
export const taxonSettings: readonly Setting[] = [
  {
    name: 'taxonomy',
    kind: { type: 'path' },
    help: 'lineages of the features for taxonomy and combined, as text or .qza; needed where the table has none',
    group: 'Loss',
  },
  {
    name: 'taxonomy-rank',
    kind: { type: 'integer', minimum: 1, maximum: 32 },
    help: 'rank whose taxa are learned, 1 for the first of a lineage; 6, the genus, if unset',
    group: 'Loss',
  },
];
