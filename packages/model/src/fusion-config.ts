// The configuration of categorical conditioning as plain data: fields, defaults, checks. It builds nothing.
import { type CategoricalColumnInput, type CategoricalSchema, categoricalSchema } from '@seq/categorical';
import { checkConfig, hasOnly, isCount, isFraction, isOneOf, isPlainObject, objectsOrNone } from './config-check.js';

/** How categories enter the target path. */
export type FusionConfig = SimpleFusionConfig | CrossAttentionFusionConfig | PerceiverFusionConfig;

/** A fusion without settings. */
export interface SimpleFusionConfig {
  /** Name of the form; see {@link ConcatFusion}, {@link AddFusion} and {@link GatedFusion}; `none` lets none in. */
  readonly kind: 'none' | 'concat' | 'add' | 'gmu';
}

/** Settings of {@link ColumnAttentionFusion}, or of {@link CrossAttentionFusion} for `compat` keys. */
export interface CrossAttentionFusionConfig {
  /** Name of the form. */
  readonly kind: 'cross-attention';
  /** Attention heads, a divisor of D. */
  readonly heads: number;
  /** What slots attend to: one key per column, or the reference's one key for all columns. Default `columns`. */
  readonly keys?: 'columns' | 'compat';
}

/** Settings of {@link PerceiverFusion}. */
export interface PerceiverFusionConfig {
  /** Name of the form. */
  readonly kind: 'perceiver';
  /** Attention heads, a divisor of D. */
  readonly heads: number;
  /** Number of learned latent vectors. */
  readonly latents: number;
  /** Self-attention layers over them. */
  readonly layers: number;
}

/** Which categories condition the prediction, and how. */
export interface CategoriesConfig {
  /** The columns. */
  readonly columns: CategoricalSchema;
  /** Dropout on the concatenated embeddings in training. Default 0.1. */
  readonly dropout: number;
  /** How they enter the target path. Default concat. */
  readonly fusion: FusionConfig;
  /** Names of columns that scale and shift the output, in order. Default none. */
  readonly outputScaledBy: readonly string[];
}

/** A part of {@link CategoriesConfig}; only the columns are needed. */
export interface CategoriesConfigInput extends Partial<Omit<CategoriesConfig, 'columns'>> {
  /** The columns. */
  readonly columns: readonly CategoricalColumnInput[];
}

/**
 * Completes the configuration of categories.
 *
 * @throws SeqError `CONFIG_INVALID`, `SCHEMA_INVALID`.
 */
export function categoriesConfig(input: CategoriesConfigInput, width: number): CategoriesConfig {
  const asked = 'predictorConfig: categories';
  const config: CategoriesConfig = {
    dropout: 0.1,
    fusion: { kind: 'concat' },
    outputScaledBy: [],
    ...input,
    columns: categoricalSchema(objectsOrNone(asked, 'columns', input.columns)),
  };
  const names = config.columns.map(({ name }) => name);
  checkConfig(asked, config, {
    columns: [(value) => Array.isArray(value) && value.length > 0, 'at least one column'],
    dropout: [isFraction, 'in [0, 1)'],
    fusion: [
      (value) => isFusion(value, width),
      `none, concat, add, gmu, or cross-attention with heads that divide ${width} and keys (columns or compat), or ` +
        'perceiver with heads, latents and layers',
    ],
    outputScaledBy: [isSubsetOf(names), `different names out of ${names.join(', ')}`],
  });
  return config;
}

/** A test for lists of different names out of the given ones. */
export function isSubsetOf(names: readonly string[]): (value: unknown) => boolean {
  return (value) =>
    Array.isArray(value) && new Set(value).size === value.length && value.every((name) => names.includes(name));
}

function isFusion(value: unknown, width: number): boolean {
  if (!isPlainObject(value)) return false;
  const { kind, heads, latents, layers, keys = 'columns' } = value;
  const dividesWidth = isCount(heads) && width % heads === 0;
  if (kind === 'cross-attention') {
    return hasOnly(value, 'kind', 'heads', 'keys') && dividesWidth && isOneOf('columns', 'compat')(keys);
  }
  if (kind !== 'perceiver') return isOneOf('none', 'concat', 'add', 'gmu')(kind) && hasOnly(value, 'kind');
  return hasOnly(value, 'kind', 'heads', 'latents', 'layers') && dividesWidth && isCount(latents) && isCount(layers);
}
