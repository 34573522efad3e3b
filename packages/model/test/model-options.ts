// Tiny models that together have every value of every option; tests run all of them. A test fails if one is missing.
import type { EncoderConfigInput, PredictorConfigInput } from '@seq/model';
import { tinyEncoder } from './tiny-community.js';

const { feedForwardWidth: _, ...plain } = tinyEncoder;

/** Encoders by what is special about them. */
export const encoderOptions: readonly (readonly [string, EncoderConfigInput])[] = [
  ['the default', { ...plain, layers: { asv: 2, sample: 1, encoder: 1 } }],
  ['norms behind', { ...plain, normPlacement: 'post', layers: { asv: 2, sample: 2, encoder: 1 } }],
  [
    'ReLU, a wide feed-forward part and no places',
    { ...plain, activation: 'relu', feedForwardRatio: 2.5, slotPositions: 'none' },
  ],
  ['counts added, type weighted', { ...plain, countEmbedding: 'add', encoderType: 'weighted' }],
  ['counts concatenated, type faith_pd', { ...plain, countEmbedding: 'concat', encoderType: 'faith_pd' }],
  [
    'counts by film, type taxonomy, no guesses',
    { ...plain, countEmbedding: 'film', encoderType: 'taxonomy', nucleotideHead: false },
  ],
  [
    'type combined, places as given',
    { ...plain, encoderType: 'combined', baseOutputWidth: 4, slotPositions: 'compat' },
  ],
  ['spans that are hidden', { ...plain, masking: { strategy: 'span', fraction: 0.3 } }],
];

const columns = [
  { name: 'age', cardinality: 2, embeddingWidth: 3 },
  { name: 'site', cardinality: 3, embeddingWidth: 2 },
];
const hidden = { hiddenWidths: [5, 4], dropout: 0 } as const;

/** Predictors by what is special about them; the base is the tiny encoder unless said. */
export const predictorOptions: readonly (readonly [string, PredictorConfigInput])[] = [
  ['the default', {}],
  ['norms behind', { base: { ...tinyEncoder, normPlacement: 'post' } }],
  [
    'no count head and no norm, a classifier',
    { countHead: false, targetNorm: false, outputWidth: 3, outputActivation: 'logSoftmax' },
  ],
  ['deeper stacks', { layers: { count: 2, target: 3 } }],
  ['an mlp and softplus', { head: { kind: 'mlp', ...hidden }, outputActivation: 'softplus' }],
  ['a residual head and exp', { head: { kind: 'residual', hiddenWidths: [5], dropout: 0.1 }, outputActivation: 'exp' }],
  ['quantiles', { quantileCount: 3, outputWidth: 2 }],
  ['quantiles that cannot cross', { quantileCount: 4, outputWidth: 2, nonCrossingQuantiles: true }],
  ['one quantile that cannot cross', { quantileCount: 1, nonCrossingQuantiles: true }],
  ['a bounded output of a learned scale', { outputActivation: 'sigmoid', learnableScale: true }],
  [
    'several targets',
    {
      outputActivation: 'sigmoid',
      categories: { columns, fusion: { kind: 'none' }, outputScaledBy: ['site', 'age'] },
      moreTargets: [
        { name: 'pH', learnableScale: true, outputActivation: 'relu', scaledBy: ['age'] },
        {
          name: 'q',
          quantileCount: 3,
          nonCrossingQuantiles: true,
          head: { kind: 'mlp', hiddenWidths: [3], dropout: 0 },
        },
      ],
    },
  ],
  [
    'known ASVs',
    {
      // All reads of one test and some of another are among them.
      knownAsvs: ['ACGTA', 'CATTG', 'GGTCA', 'CATTACA', 'TTTT', 'ACGTAC'],
      outputWidth: 2,
      moreTargets: [{ name: 'q', quantileCount: 3 }],
    },
  ],
  ['concat', { categories: { columns } }],
  ['add', { categories: { columns: columns.slice(0, 1), fusion: { kind: 'add' } } }],
  ['gmu', { categories: { columns, fusion: { kind: 'gmu' } } }],
  ['a key per column', { categories: { columns, fusion: { kind: 'cross-attention', heads: 4 } } }],
  ['one key', { categories: { columns, fusion: { kind: 'cross-attention', heads: 4, keys: 'compat' } } }],
  ['perceiver', { categories: { columns, fusion: { kind: 'perceiver', heads: 2, latents: 5, layers: 2 } } }],
  [
    'categories within categories',
    {
      categories: {
        columns: [
          { ...columns[0]!, parent: 'site' },
          { name: 'site', cardinality: 3, embeddingWidth: 3 },
        ],
      },
    },
  ],
];
