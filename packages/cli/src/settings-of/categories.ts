// Settings of categorical conditioning: which metadata columns help to predict, and how they enter the model.
import type { Setting } from '../settings.js';

/** Categories of the samples. */
export const categorySettings: readonly Setting[] = [
  {
    name: 'categorical-columns',
    kind: { type: 'list', of: 'text' },
    help: 'metadata columns that the model may use to predict, such as site,sex; none if unset',
    group: 'Categories',
  },
  {
    name: 'categorical-parents',
    kind: { type: 'list', of: 'text' },
    help: 'which of the columns lie within another, such as city=country; rare categories then start as their parent',
    group: 'Categories',
  },
  {
    name: 'categorical-embed-dim',
    kind: { type: 'integer', minimum: 1 },
    help: 'width of the embedding of each column',
    default: 16,
    group: 'Categories',
  },
  {
    name: 'categorical-fusion',
    kind: { type: 'choice', choices: ['none', 'concat', 'add', 'gmu', 'cross-attention', 'perceiver'] },
    help: 'how categories enter the path to the target',
    default: 'concat',
    group: 'Categories',
  },
  {
    name: 'categorical-lr',
    kind: { type: 'number', above: 0 },
    help: 'learning rate at its highest of what has to do with categories; --lr if unset',
    group: 'Categories',
  },
  {
    name: 'cross-attn-heads',
    kind: { type: 'integer', minimum: 1, maximum: 64 },
    help: 'attention heads of the fusions cross-attention and perceiver; must divide --embedding-dim',
    default: 8,
    group: 'Categories',
  },
  {
    name: 'cross-attn-keys',
    kind: { type: 'choice', choices: ['columns', 'compat'] },
    help: 'keys of the fusion cross-attention: one per column, or a single one as in the reference',
    default: 'columns',
    group: 'Categories',
  },
  {
    name: 'perceiver-num-latents',
    kind: { type: 'integer', minimum: 1, maximum: 1024 },
    help: 'learned vectors of the fusion perceiver',
    default: 64,
    group: 'Categories',
  },
  {
    name: 'perceiver-num-layers',
    kind: { type: 'integer', minimum: 1, maximum: 16 },
    help: 'layers over these vectors',
    default: 2,
    group: 'Categories',
  },
  {
    name: 'conditional-output-scaling',
    kind: { type: 'list', of: 'text' },
    help: 'those of the columns that scale and shift the prediction',
    group: 'Categories',
  },
  {
    name: 'categorical-loss-weights',
    kind: { type: 'choice', choices: ['none', 'auto'] },
    help: 'auto: samples of rare categories weigh more in the target loss, so that all categories count the same',
    default: 'none',
    group: 'Categories',
  },
  {
    name: 'categorical-loss-weight-column',
    kind: { type: 'text' },
    help: 'column of these categories; the first of --categorical-columns if unset',
    group: 'Categories',
  },
];
