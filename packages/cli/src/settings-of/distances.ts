// Settings of the commands that compute distances and diversities.
import type { Setting } from '../settings.js';
import { missingSetting, seedSetting, tableSetting, threadsSetting, treeSetting } from './inputs.js';

const group = 'Distance';

/** The feature table and how much of it is used. */
export const communitySettings: readonly Setting[] = [
  tableSetting,
  {
    name: 'samples',
    kind: { type: 'path' },
    help: 'ids of samples, one per line: only these, in this order',
    group: 'Input',
  },
  {
    name: 'rarefy-depth',
    kind: { type: 'integer', minimum: 1 },
    help: 'reads drawn without replacement from every sample; samples with fewer are left out and reported; without it all reads count',
    group: 'Input',
  },
  { ...seedSetting, help: 'seed of the rarefaction; the same seed gives the same result', group: 'Input' },
];

/** Table, tree, and what to do where they do not cover each other. */
export const phylogeneticSettings: readonly Setting[] = [
  communitySettings[0]!,
  treeSetting,
  {
    name: 'rooting',
    kind: { type: 'choice', choices: ['as-is', 'midpoint'] },
    help: 'root of the tree: as written, or halfway of the longest path between two tips; without it, a QIIME 2 Phylogeny[Unrooted] is refused',
    default: 'as-is',
    group: 'Input',
  },
  {
    name: 'outgroup',
    kind: { type: 'list', of: 'text' },
    help: 'names of tips: the root comes on the branch that parts them from all others',
    group: 'Input',
  },
  {
    name: 'negative-lengths',
    kind: { type: 'choice', choices: ['error', 'zero'] },
    help: 'what to do with branch lengths below 0, as neighbour joining makes them: stop, or take them as 0',
    default: 'error',
    group: 'Input',
  },
  {
    ...missingSetting,
    help: 'what to do with features that are no tips of the tree: stop, or leave them out and say so',
  },
  ...communitySettings.slice(1),
];

/** Names of the UniFrac metrics, as `ssu` has them. */
const unifracMetrics = [
  'unweighted',
  'weighted_normalized',
  'weighted_unnormalized',
  'generalized',
  'unweighted_unnormalized',
] as const;

/** Names of the metrics without a tree. */
export const communityMetrics = [
  'bray_curtis',
  'jaccard',
  'jaccard_abundance',
  'aitchison',
  'hellinger',
  'euclidean_relative',
] as const;

/** What is done with samples without reads. */
export const emptySamplesSetting: Setting = {
  name: 'empty-samples',
  kind: { type: 'choice', choices: ['zero', 'nan', 'error'] },
  help: 'two samples without reads are 0 apart, have no distance, or stop the command',
  default: 'zero',
  group,
};

/** Whether UniFrac is variance-adjusted. */
export const varianceAdjustedSetting: Setting = {
  name: 'variance-adjusted',
  kind: { type: 'switch' },
  help: 'divide every branch by the spread that chance gives it',
  group,
};

/** Which UniFrac. */
export const unifracMetricSettings: readonly Setting[] = [
  {
    name: 'metric',
    kind: { type: 'choice', choices: unifracMetrics },
    help: 'which distance',
    default: 'unweighted',
    group,
  },
  {
    name: 'alpha',
    kind: { type: 'number', minimum: 0, maximum: 1 },
    help: 'weight of abundant branches in the generalized metric; 1 is weighted_normalized',
    group,
  },
  varianceAdjustedSetting,
  { name: 'bypass-tips', kind: { type: 'switch' }, help: 'take branches that end in a tip as 0 long', group },
  {
    name: 'length-precision',
    kind: { type: 'choice', choices: ['f64', 'f32'] },
    help: 'branch lengths as written, or rounded to 32 bits as ssu reads them',
    default: 'f64',
    group,
  },
  {
    name: 'normalize-sample-counts',
    kind: { type: 'switch' },
    help: 'weighted metrics compare parts of the reads of each sample; without it, the reads themselves',
    default: true,
    group,
  },
  emptySamplesSetting,
];

/** Which UniFrac, or what one sample has and another lacks. */
export const unifracOrGainSettings: readonly Setting[] = unifracMetricSettings.map((setting) =>
  setting.name === 'metric'
    ? {
        ...setting,
        kind: { type: 'choice', choices: [...unifracMetrics, 'gain'] },
        help: 'which distance; gain is the branch length that the sample of a row has and that of a column lacks',
      }
    : setting,
);

/** Distances of some pairs of samples instead of all. */
export const somePairsSettings: readonly Setting[] = [
  {
    name: 'references',
    kind: { type: 'path' },
    help: 'ids of samples, one per line: distances of all samples to these only, a table of samples by references',
    group,
  },
  {
    name: 'pairs',
    kind: { type: 'path' },
    help: 'ids of two samples per line, parted by a tab (.csv: by a comma): distances of these pairs only',
    group,
  },
];

/** Width of written numbers, and with it how precisely UniFrac is computed. */
export const precisionSetting: Setting = {
  name: 'precision',
  kind: { type: 'choice', choices: ['f32', 'f64'] },
  help: 'width of the written distances; f32: UniFrac within 1e-6; f64: exact, twice the file, several times slower',
  default: 'f32',
  group: 'Run',
};

/** Where a matrix goes. */
export const matrixOutputSetting: Setting = {
  name: 'output',
  kind: { type: 'path' },
  help: 'distance matrix; the ending says the format: .tsv, .csv, .h5 (as ssu), .npy, .npz, .arrow, .qza (QIIME 2)',
  required: true,
  group: 'Run',
};

/** Settings of the run that all have. */
export const distanceRunSettings: readonly Setting[] = [threadsSetting, precisionSetting, matrixOutputSetting];
