// The configuration of the predictor as plain data: fields, defaults, checks. It builds nothing.
import { type CategoricalColumnInput, type CategoricalSchema, categoricalSchema } from '@seq/categorical';
import { checkConfig, invalidConfig, isCount, isFraction, isOneOf, isPlainObject } from './config-check.js';
import {
  defaultEncoderConfig,
  type EncoderConfig,
  type EncoderConfigInput,
  encoderConfig,
  isLayerCounts,
} from './encoder-config.js';

/** What turns the pooled vector of a sample into the target's numbers. */
export type HeadConfig = LinearHeadConfig | MlpHeadConfig;

/** One linear layer. */
export interface LinearHeadConfig {
  /** Name of the form. */
  readonly kind: 'linear';
}

/** Several linear layers. */
export interface MlpHeadConfig {
  /** `mlp`: linear layers with ReLU between; `residual`: the same plus a linear skip. */
  readonly kind: 'mlp' | 'residual';
  /** Widths between input and output, at least one. */
  readonly hiddenWidths: readonly number[];
  /** Dropout after each ReLU, in [0, 1). Above 0 it shifts the numbers in the parameters' names by the reference's rule. */
  readonly dropout: number;
}

/** How categories enter the target path. */
export type FusionConfig = SimpleFusionConfig | CrossAttentionFusionConfig | PerceiverFusionConfig;

/** A fusion without settings. */
export interface SimpleFusionConfig {
  /** Name of the form; see {@link ConcatFusion}, {@link AddFusion} and {@link GatedFusion}. */
  readonly kind: 'concat' | 'add' | 'gmu';
}

/** Settings of {@link CrossAttentionFusion}. */
export interface CrossAttentionFusionConfig {
  /** Name of the form. */
  readonly kind: 'cross-attention';
  /** Attention heads, a divisor of D. */
  readonly heads: number;
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

/** Last function of the target path: `sigmoid` bounds to (0, 1), `logSoftmax` makes a classifier. */
export type OutputActivation = 'identity' | 'sigmoid' | 'relu' | 'softplus' | 'exp' | 'logSoftmax';

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

/** Layers of the two stacks that a predictor adds to its base model, at least 1 each. */
export interface PredictorLayers {
  /** Before the count head. */
  readonly count: number;
  /** Before the target's pooling. */
  readonly target: number;
}

/** Everything that decides the shape and mathematics of a {@link SequencePredictor}. */
export interface PredictorConfig {
  /** The base model; its width, heads, activation and dropout hold for the stacks of the predictor, too. */
  readonly base: EncoderConfig;
  /** Layers of the stacks before the count head and before the target's pooling. Default 4 each. */
  readonly layers: PredictorLayers;
  /** Whether relative read counts are predicted for each slot. Default true. */
  readonly countHead: boolean;
  /** Whether the pooled vector is normalised once more. Default true. */
  readonly targetNorm: boolean;
  /** From the pooled vector to the output. Default linear. */
  readonly head: HeadConfig;
  /** Numbers predicted per sample. Default 1. */
  readonly outputWidth: number;
  /** Quantiles predicted per number, 0 for none; with quantiles nothing follows the head. Default 0. */
  readonly quantileCount: number;
  /** Whether a learned scale and shift follow the head. Default false. */
  readonly learnableScale: boolean;
  /** Last function. Default identity. */
  readonly outputActivation: OutputActivation;
  /** Categorical conditioning, or null. Default null. */
  readonly categories: CategoriesConfig | null;
}

/** A part of {@link CategoriesConfig}; only the columns are needed. */
export interface CategoriesConfigInput extends Partial<Omit<CategoriesConfig, 'columns'>> {
  /** The columns. */
  readonly columns: readonly CategoricalColumnInput[];
}

/** A part of {@link PredictorConfig}; what is left out has its default. */
export interface PredictorConfigInput extends Partial<Omit<PredictorConfig, 'base' | 'layers' | 'categories'>> {
  /** What differs from the default base model. */
  readonly base?: EncoderConfigInput;
  /** Layers that differ from the default. */
  readonly layers?: Partial<PredictorLayers>;
  /** Categorical conditioning, or null. */
  readonly categories?: CategoriesConfigInput | null;
}

/** The reference's command-line defaults: linear head on one number, count head, target norm, 4,121,225 parameters. */
export const defaultPredictorConfig: PredictorConfig = {
  base: defaultEncoderConfig,
  layers: { count: 4, target: 4 },
  countHead: true,
  targetNorm: true,
  head: { kind: 'linear' },
  outputWidth: 1,
  quantileCount: 0,
  learnableScale: false,
  outputActivation: 'identity',
  categories: null,
};

/**
 * Completes a configuration with defaults and checks it. The result is plain data that survives JSON.
 *
 * @throws SeqError `CONFIG_INVALID` naming the first wrong or unknown field, or two that exclude each other.
 */
export function predictorConfig(input: PredictorConfigInput = {}): PredictorConfig {
  const base = encoderConfig(input.base);
  const categories = input.categories ? categoriesConfig(input.categories, base.embeddingWidth) : null;
  const config: PredictorConfig = {
    ...defaultPredictorConfig,
    ...input,
    base,
    layers: { ...defaultPredictorConfig.layers, ...input.layers },
    categories,
  };
  const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
  checkConfig('predictorConfig', config, {
    base: [isPlainObject, 'an encoder configuration'],
    layers: [isLayerCounts('count', 'target'), 'positive integers count and target'],
    countHead: [isBoolean, 'true or false'],
    targetNorm: [isBoolean, 'true or false'],
    head: [isHead, 'linear, or mlp or residual with hiddenWidths and a dropout in [0, 1)'],
    outputWidth: [isCount, 'a positive integer'],
    quantileCount: [(value) => value === 0 || isCount(value), 'an integer of at least 0'],
    learnableScale: [isBoolean, 'true or false'],
    outputActivation: [
      isOneOf('identity', 'sigmoid', 'relu', 'softplus', 'exp', 'logSoftmax'),
      'identity, sigmoid, relu, softplus, exp or logSoftmax',
    ],
    categories: [(value) => value === null || isPlainObject(value), 'null or the columns and their fusion'],
  });
  refuseContradictions(config);
  return config;
}

function refuseContradictions({ quantileCount, outputActivation, learnableScale, categories }: PredictorConfig): void {
  if (quantileCount === 0) return;
  const isScaled = (categories?.outputScaledBy.length ?? 0) > 0;
  for (const [field, isOn] of Object.entries({
    outputActivation: outputActivation !== 'identity',
    learnableScale,
    outputScaledBy: isScaled,
  })) {
    if (!isOn) continue;
    const found = `quantileCount is ${quantileCount} and ${field} is set`;
    throw invalidConfig('predictorConfig', found, 'Nothing can follow the head of a quantile model; drop one of them');
  }
}

function categoriesConfig(input: CategoriesConfigInput, width: number): CategoriesConfig {
  const config: CategoriesConfig = {
    dropout: 0.1,
    fusion: { kind: 'concat' },
    outputScaledBy: [],
    ...input,
    columns: categoricalSchema(input.columns),
  };
  const names = config.columns.map(({ name }) => name);
  checkConfig('predictorConfig: categories', config, {
    columns: [(value) => Array.isArray(value) && value.length > 0, 'at least one column'],
    dropout: [isFraction, 'in [0, 1)'],
    fusion: [
      (value) => isFusion(value, width),
      `concat, add, gmu, or cross-attention with heads that divide ${width}, or perceiver with heads, latents and layers`,
    ],
    outputScaledBy: [
      (value) =>
        Array.isArray(value) && new Set(value).size === value.length && value.every((name) => names.includes(name)),
      `different names out of ${names.join(', ')}`,
    ],
  });
  return config;
}

function isHead(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  if (value.kind === 'linear') return hasOnly(value, 'kind');
  const { hiddenWidths, dropout } = value;
  const hasWidths = Array.isArray(hiddenWidths) && hiddenWidths.length > 0 && hiddenWidths.every(isCount);
  return (
    isOneOf('mlp', 'residual')(value.kind) &&
    hasOnly(value, 'kind', 'hiddenWidths', 'dropout') &&
    hasWidths &&
    isFraction(dropout)
  );
}

function isFusion(value: unknown, width: number): boolean {
  if (!isPlainObject(value)) return false;
  const { kind, heads, latents, layers } = value;
  const dividesWidth = isCount(heads) && width % heads === 0;
  if (kind === 'cross-attention') return hasOnly(value, 'kind', 'heads') && dividesWidth;
  if (kind !== 'perceiver') return isOneOf('concat', 'add', 'gmu')(kind) && hasOnly(value, 'kind');
  return hasOnly(value, 'kind', 'heads', 'latents', 'layers') && dividesWidth && isCount(latents) && isCount(layers);
}

function hasOnly(value: Record<string, unknown>, ...fields: readonly string[]): boolean {
  return Object.keys(value).every((field) => fields.includes(field));
}
