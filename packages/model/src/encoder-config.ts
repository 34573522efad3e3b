// The configuration of the base model as plain data: fields, defaults, checks. It builds nothing.
import {
  checkConfig,
  invalidConfig,
  isCount,
  isFraction,
  isOneOf,
  isPlainObject,
  objectOrNothing,
} from './config-check.js';
import type { NormPlacement } from './layers/layer-forward.js';

/** How read counts enter the community level; see {@link CountEmbedding}. */
export type CountEmbeddingKind = 'none' | 'add' | 'concat' | 'film';

/**
 * Scale of the read counts that enter: `ln` is ln(1 + count), as in the reference; the others come with the batch as
 * `scaledCounts`, as `normalizeCounts` of `@seq/data` makes them.
 */
export type CountScale = 'ln' | 'log' | 'relative' | 'clr' | 'raw';

/**
 * What the pooled embedding of a sample is trained on: distances between embeddings, unweighted (`unifrac`) or weighted
 * (`weighted`), without a head; one number per sample (`faith_pd`); a vector per sample (`taxonomy`); or distances, two
 * bounded numbers, one number and a vector at once (`combined`).
 */
export type EncoderType = 'unifrac' | 'weighted' | 'faith_pd' | 'taxonomy' | 'combined';

/**
 * What decides the place of an ASV within its sample, for a learned embedding of places: its rank by read count; nothing,
 * so that there is no such embedding; or the order in which slots are given, as in the reference (`compat`).
 */
export type SlotPositions = 'abundanceRank' | 'none' | 'compat';

const COUNT_SCALES = ['ln', 'log', 'relative', 'clr', 'raw'] as const satisfies CountScale[];
const ENCODER_TYPES = ['unifrac', 'weighted', 'faith_pd', 'taxonomy', 'combined'] as const satisfies EncoderType[];

/** Ranks from kingdom to species: the width of the taxonomy head of `combined`. */
const RANKS = 7;

/** Which bases are hidden during training for the model to guess. */
export interface NucleotideMaskingConfig {
  /** `random`: each base on its own; `span`: runs of 3 to 5 bases. Default `random`. */
  readonly strategy: 'random' | 'span';
  /** Share of the bases of a read that is hidden, in [0, 1); 0 hides none. Default 0.15. */
  readonly fraction: number;
}

/** Layers of the three stacks of a {@link SequenceEncoder}, at least 1 each. */
export interface EncoderLayers {
  /** Over the bases of one ASV. */
  readonly asv: number;
  /** Over the ASVs of one sample, before anything is pooled. */
  readonly sample: number;
  /** Over the ASVs of one sample, before pooling to the sample's embedding. */
  readonly encoder: number;
}

/** Everything that decides the shape and mathematics of a {@link SequenceEncoder}. */
export interface EncoderConfig {
  /** Embedding width D, a multiple of `heads`. Default 128. */
  readonly embeddingWidth: number;
  /** Attention heads H of every stack. Default 4. */
  readonly heads: number;
  /** Hidden width F of the feed-forward parts. Default 512, four times D. */
  readonly feedForwardWidth: number;
  /** Whether layers normalise before attention and feed-forward part, or behind them. Default `pre`. */
  readonly normPlacement: NormPlacement;
  /** Activation inside the feed-forward parts; `gelu` is the exact erf form. Default `gelu`. */
  readonly activation: 'gelu' | 'relu';
  /** Layers of the three stacks. Default 4 each. */
  readonly layers: EncoderLayers;
  /** Number of token ids V, mask token included. Default 7. */
  readonly vocabularySize: number;
  /** Longest read in bases L, start token not counted. Default 150. */
  readonly basesPerAsv: number;
  /** Most ASVs of one sample; sizes the table of slot positions. Default 1024. */
  readonly maxAsvsPerSample: number;
  /** What decides the place of an ASV within its sample. Default `abundanceRank`. */
  readonly slotPositions: SlotPositions;
  /** Dropout probability of every stack in training, in [0, 1). Default 0.1. */
  readonly dropout: number;
  /** Whether the model guesses hidden bases. Default true. */
  readonly nucleotideHead: boolean;
  /** Which bases are hidden for that. */
  readonly masking: NucleotideMaskingConfig;
  /** How read counts enter. Default `none`. */
  readonly countEmbedding: CountEmbeddingKind;
  /** Scale of the read counts that enter; without effect if none do. Default `ln`. */
  readonly countScale: CountScale;
  /** What the pooled embedding is trained on. Default `unifrac`. */
  readonly encoderType: EncoderType;
  /**
   * Width of the base head's output, for `combined` of its taxonomy head; not used by `unifrac` and `weighted`. Default 1,
   * for `taxonomy` D, for `combined` 7.
   */
  readonly baseOutputWidth: number;
}

/** The reference's command-line defaults: D 128, 4 heads, 4 layers per stack, 2,533,639 parameters. */
export const defaultEncoderConfig: EncoderConfig = {
  embeddingWidth: 128,
  heads: 4,
  feedForwardWidth: 512,
  normPlacement: 'pre',
  activation: 'gelu',
  layers: { asv: 4, sample: 4, encoder: 4 },
  vocabularySize: 7,
  basesPerAsv: 150,
  maxAsvsPerSample: 1024,
  slotPositions: 'abundanceRank',
  dropout: 0.1,
  nucleotideHead: true,
  masking: { strategy: 'random', fraction: 0.15 },
  countEmbedding: 'none',
  countScale: 'ln',
  encoderType: 'unifrac',
  baseOutputWidth: 1,
};

/** A part of {@link EncoderConfig}; what is left out has its default. */
export interface EncoderConfigInput extends Partial<Omit<EncoderConfig, 'layers' | 'masking'>> {
  /** Instead of `feedForwardWidth`: F as a multiple of D, above 0; F is rounded to a whole number. Default 4. */
  readonly feedForwardRatio?: number;
  /** Layers that differ from the default. */
  readonly layers?: Partial<EncoderLayers>;
  /** What differs from the default masking. */
  readonly masking?: Partial<NucleotideMaskingConfig>;
}

/**
 * Completes a configuration with defaults and checks it. The result is plain data that survives JSON.
 *
 * @throws SeqError `CONFIG_INVALID` naming the first wrong or unknown field.
 */
export function encoderConfig(input: EncoderConfigInput = {}): EncoderConfig {
  const asked = 'encoderConfig';
  const { feedForwardRatio, ...fields } = objectOrNothing(asked, 'the configuration', input)!;
  const width = input.embeddingWidth ?? defaultEncoderConfig.embeddingWidth;
  const config: EncoderConfig = {
    ...defaultEncoderConfig,
    feedForwardWidth: widthOfFeedForward(input, width),
    baseOutputWidth: { taxonomy: width, combined: RANKS }[String(input.encoderType)] ?? 1,
    ...fields,
    layers: { ...defaultEncoderConfig.layers, ...objectOrNothing(asked, 'layers', input.layers) },
    masking: { ...defaultEncoderConfig.masking, ...objectOrNothing(asked, 'masking', input.masking) },
  };
  checkConfig(asked, config, {
    embeddingWidth: [isCount, 'a positive integer'],
    heads: [(value) => isCount(value) && width % value === 0, `a divisor of embeddingWidth ${width}`],
    feedForwardWidth: [isCount, 'a positive integer'],
    normPlacement: [isOneOf('pre', 'post'), 'pre or post'],
    activation: [isOneOf('gelu', 'relu'), 'gelu or relu'],
    layers: [isLayerCounts('asv', 'sample', 'encoder'), 'positive integers asv, sample and encoder'],
    vocabularySize: [(value) => isCount(value) && value >= 7, 'an integer of at least 7'],
    basesPerAsv: [isCount, 'a positive integer'],
    maxAsvsPerSample: [isCount, 'a positive integer'],
    slotPositions: [isOneOf('abundanceRank', 'none', 'compat'), 'abundanceRank, none or compat'],
    dropout: [isFraction, 'in [0, 1)'],
    nucleotideHead: [(value) => typeof value === 'boolean', 'true or false'],
    masking: [isMasking, 'a strategy (random or span) and a fraction in [0, 1)'],
    countEmbedding: [isOneOf('none', 'add', 'concat', 'film'), 'none, add, concat or film'],
    countScale: [isOneOf(...COUNT_SCALES), COUNT_SCALES.join(', ')],
    encoderType: [isOneOf(...ENCODER_TYPES), ENCODER_TYPES.join(', ')],
    baseOutputWidth: [isCount, 'a positive integer'],
  });
  return config;
}

function widthOfFeedForward({ feedForwardWidth, feedForwardRatio = 4 }: EncoderConfigInput, width: number): number {
  if (feedForwardWidth !== undefined && feedForwardRatio !== 4) {
    const found = `feedForwardWidth ${feedForwardWidth} and feedForwardRatio ${feedForwardRatio} are both given`;
    throw invalidConfig('encoderConfig', found, 'Give one of them');
  }
  if (!(feedForwardRatio > 0 && feedForwardRatio < Number.POSITIVE_INFINITY)) {
    throw invalidConfig('encoderConfig', `feedForwardRatio is ${feedForwardRatio}`, 'It must be above 0');
  }
  return feedForwardWidth ?? Math.max(1, Math.round(feedForwardRatio * width));
}

/** True for an object that holds a positive integer under each of these names and nothing else. */
export function isLayerCounts(...names: readonly string[]): (value: unknown) => boolean {
  return (value) =>
    isPlainObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && isCount(value[name]));
}

function isMasking(value: unknown): boolean {
  return (
    isPlainObject(value) &&
    Object.keys(value).length === 2 &&
    isOneOf('random', 'span')(value.strategy) &&
    isFraction(value.fraction)
  );
}
