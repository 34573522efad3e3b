// Architecture and data preparation of a model: from settings, or as a pre-trained encoder demands.
import { isDeepStrictEqual } from 'node:util';
import type { CommunityDatasetSettings } from '@seq/data';
import {
  type CountScale,
  defaultEncoderConfig,
  type EncoderConfig,
  type EncoderConfigInput,
  type EncoderLayers,
  encoderConfig,
  type HeadConfig,
  type OutputConfig,
  type PredictorConfigInput,
  type PredictorLayers,
  type SlotPositions,
} from '@seq/model';
import type { PretrainedEncoder } from '@seq/train';
import { UsageError } from '../failure.js';
import { dataSettings } from '../settings-of/data.js';
import { encoderSettings } from '../settings-of/training.js';
import type { SettingsReader } from '../settings-reader.js';

const standard = new Map([...dataSettings, ...encoderSettings].map((setting) => [setting.name, setting.default]));

/** A value that was given or has a default in the command, else the one of the encoder, else the default of `pretrain`. */
function following<T>(
  settings: SettingsReader,
  name: string,
  ofEncoder: T | undefined,
  isSame: (given: T, ofEncoder: T) => boolean = (given, other) => given === other,
): T {
  const given = settings.toRecord()[name] as T | undefined;
  if (given !== undefined && ofEncoder !== undefined && !isSame(given, ofEncoder)) {
    throw new UsageError(
      `--${name}: ${String(given)} was asked, the pre-trained encoder has ${String(ofEncoder)}. ` +
        'Leave the setting out, or pre-train an encoder with it.',
    );
  }
  return given ?? ofEncoder ?? (standard.get(name) as T);
}

/** Places of ASVs by the names of --slot-positions. */
const slotPositionsOf = { 'abundance-rank': 'abundanceRank', none: 'none', compat: 'compat' } as const;
type SlotPositionsName = keyof typeof slotPositionsOf;

function slotPositions(settings: SettingsReader, config?: EncoderConfig): SlotPositions {
  const names = Object.keys(slotPositionsOf) as SlotPositionsName[];
  const ofEncoder = names.find((name) => slotPositionsOf[name] === config?.slotPositions);
  return slotPositionsOf[following<SlotPositionsName>(settings, 'slot-positions', ofEncoder)];
}

/** Scale of the read counts that enter. */
function countScale(settings: SettingsReader, hasCounts: boolean, config?: EncoderConfig): CountScale {
  const scale = following<CountScale>(settings, 'count-embedding-scale', hasCounts ? config?.countScale : undefined);
  if (hasCounts || scale === defaultEncoderConfig.countScale) return scale;
  throw new UsageError(
    `--count-embedding-scale ${scale}: no read counts enter the model. Give --count-embedding, too.`,
  );
}

/** Whose stacks the layers are of: those of a predictor are two more. */
type Stacks = 'encoder' | 'predictor';

/** Layers of the stacks: one number for all, or one for each. */
function encoderLayers(settings: SettingsReader, stacks: Stacks, config?: EncoderConfig): EncoderLayers {
  const perStack = (given: readonly number[]): EncoderLayers => {
    const [asv, sample = asv, encoder = asv] = given;
    const isKnown = [1, 3, ...(stacks === 'predictor' ? [5] : [])].includes(given.length);
    if (!isKnown || given.some((count) => count < 1)) {
      const asked = `--attention-layers: ${given.join(',')} was asked`;
      const more = stacks === 'predictor' ? '; or five: these, over read counts, over the target' : '';
      const lists = `three: over bases, over ASVs, before pooling${more}`;
      throw new UsageError(`${asked}. Give one number of at least 1, or ${lists}.`);
    }
    return { asv: asv!, sample: sample!, encoder: encoder! };
  };
  const ofEncoder = config && [config.layers.asv, config.layers.sample, config.layers.encoder];
  const isSame = (given: readonly number[]): boolean => isDeepStrictEqual(perStack(given), config?.layers);
  return perStack(following<readonly number[]>(settings, 'attention-layers', ofEncoder, isSame));
}

/** Layers of the two stacks of a predictor: the last two of five numbers, else as many as over the ASVs. */
function predictorLayers(settings: SettingsReader, { layers }: EncoderConfig): PredictorLayers {
  const [, , , count = layers.sample, target = layers.sample] = settings.numbersOrUnset('attention-layers') ?? [];
  return { count, target };
}

/** Hidden width of the feed-forward parts. */
function feedForwardWidth(settings: SettingsReader, width: number, config?: EncoderConfig): number {
  const widthAt = (ratio: number): number => Math.max(1, Math.round(ratio * width));
  const ofEncoder = config && config.feedForwardWidth / config.embeddingWidth;
  const isSame = (given: number): boolean => widthAt(given) === config?.feedForwardWidth;
  return widthAt(following<number>(settings, 'ffn-ratio', ofEncoder, isSame));
}

/** Reads drawn of every sample; undefined where all are read. */
function rarefactionDepth(settings: SettingsReader, data: PretrainedEncoder['data']): number | undefined {
  const readsAll = data?.rarefactionDepth === null;
  if (settings.switch('rarefy') && !readsAll) {
    return following<number>(settings, 'rarefy-depth', data?.rarefactionDepth ?? undefined);
  }
  const depth = data?.rarefactionDepth ?? settings.numberOrUnset('rarefy-depth');
  if (data === undefined || depth === undefined) return undefined;
  const asked = settings.switch('rarefy') ? `--rarefy-depth ${depth}` : '--no-rarefy';
  throw new UsageError(
    `${asked} was asked, the pre-trained encoder ${readsAll ? 'reads all reads' : `has ${depth} reads of every sample`}. ` +
      'Leave the setting out, or pre-train an encoder with it.',
  );
}

/** How samples are prepared. */
export function dataPlan(settings: SettingsReader, encoder?: PretrainedEncoder): CommunityDatasetSettings {
  const data = encoder?.data;
  return {
    rarefactionDepth: rarefactionDepth(settings, data),
    withReplacement:
      following(settings, 'rarefy-with-replacement', data && (data.withReplacement ?? false)) || undefined,
    basesPerAsv: following(settings, 'max-bp', data?.basesPerAsv),
    maxAsvsPerSample: following(settings, 'token-limit', data?.maxAsvsPerSample),
    asvChoice: following(settings, 'asv-sampling', data?.asvChoice),
    slotOrder: data?.slotOrder ?? (slotPositions(settings, encoder?.config) === 'compat' ? 'table' : 'abundance'),
    refreshRarefaction: settings.switch('rarefy-each-epoch'),
    belowDepth: 'drop',
    seed: settings.number('seed'),
  };
}

/** The architecture of an encoder, alone or in a predictor. */
export function encoderConfigOf(
  settings: SettingsReader,
  encoder?: PretrainedEncoder,
  stacks: Stacks = 'encoder',
): EncoderConfig {
  const config = encoder?.config;
  const method = following(
    settings,
    'count-embedding-method',
    config?.countEmbedding === 'none' ? undefined : config?.countEmbedding,
  );
  const hasCounts = following(settings, 'count-embedding', config && config.countEmbedding !== 'none');
  const embeddingWidth = following(settings, 'embedding-dim', config?.embeddingWidth);
  const heads = following(settings, 'attention-heads', config?.heads);
  if (embeddingWidth % heads !== 0) {
    throw new UsageError(
      `--attention-heads: ${heads} heads do not divide --embedding-dim ${embeddingWidth}. Give a divisor of it.`,
    );
  }
  const normPlacement = following(settings, 'norm-placement', config?.normPlacement);
  if (normPlacement === 'post' && settings.text('precision') === 'bf16') {
    throw new UsageError(
      '--precision bf16 was asked, and a model with --norm-placement post computes in 32 bits only. Drop one of them.',
    );
  }
  const input: EncoderConfigInput = {
    ...config,
    embeddingWidth,
    feedForwardWidth: feedForwardWidth(settings, embeddingWidth, config),
    normPlacement,
    slotPositions: slotPositions(settings, config),
    heads,
    layers: encoderLayers(settings, stacks, config),
    dropout: settings.numberOrUnset('dropout') ?? config?.dropout ?? defaultEncoderConfig.dropout,
    basesPerAsv: following(settings, 'max-bp', config?.basesPerAsv),
    maxAsvsPerSample: following(settings, 'token-limit', config?.maxAsvsPerSample),
    countEmbedding: hasCounts ? method : 'none',
    countScale: countScale(settings, hasCounts, config),
    masking: {
      strategy: settings.text('nuc-mask-strategy') === 'span' ? 'span' : 'random',
      fraction: settings.number('nuc-mask-ratio'),
    },
  };
  return encoderConfig(input);
}

function headOf(settings: SettingsReader): HeadConfig {
  const hiddenWidths = settings.numbersOrUnset('regressor-hidden-dims');
  const isResidual = settings.switch('residual-regression-head');
  if (hiddenWidths === undefined) {
    if (isResidual) throw new UsageError('--residual-regression-head needs --regressor-hidden-dims.');
    return { kind: 'linear' };
  }
  return { kind: isResidual ? 'residual' : 'mlp', hiddenWidths, dropout: settings.number('regressor-dropout') };
}

/** Transforms by the numbers they give: from 0 to 1, and without a negative one for targets that have none. */
const bounding = ['minmax', 'log-minmax'];
const nonNegative = ['none', ...bounding];

/** Refuses a last function that cannot give the numbers that the target has on its scale. */
function refuseUnreachableTargets(settings: SettingsReader): void {
  const transform = settings.text('target-transform');
  const activation = settings.text('output-activation');
  if (settings.switch('classifier')) {
    const flag = settings.switch('bounded-targets') ? '--bounded-targets' : `--output-activation ${activation}`;
    if (flag === '--output-activation none') return;
    throw new UsageError(`${flag} is for numbers, and --classifier for classes. Drop one of them.`);
  }
  if (settings.switch('bounded-targets') && !bounding.includes(transform)) {
    throw new UsageError(
      `--bounded-targets gives numbers from 0 to 1, and --target-transform ${transform} asks for others. ` +
        `Give --target-transform ${bounding.join(' or ')}.`,
    );
  }
  if (activation !== 'none' && !nonNegative.includes(transform)) {
    throw new UsageError(
      `--output-activation ${activation} gives no negative numbers, and --target-transform ${transform} asks for some. ` +
        `Give --target-transform ${nonNegative.join(', ')}, or no activation.`,
    );
  }
}

/** Refuses heads of a fusion that do not divide the width. */
function refuseFusionHeads(settings: SettingsReader, { embeddingWidth }: EncoderConfig): void {
  const fusion = settings.text('categorical-fusion');
  const heads = settings.number('cross-attn-heads');
  const isUsed = settings.textsOrUnset('categorical-columns') !== undefined;
  if (!isUsed || !['cross-attention', 'perceiver'].includes(fusion) || embeddingWidth % heads === 0) return;
  throw new UsageError(
    `--cross-attn-heads: ${heads} heads of the fusion ${fusion} do not divide the embedding width ${embeddingWidth}. ` +
      'Give a divisor of it.',
  );
}

/** What the settings say about every output. */
type FreeOutput = Pick<OutputConfig, 'head' | 'learnableScale' | 'outputActivation'>;

/** The architecture of a predictor. */
export function predictorConfigOf(
  settings: SettingsReader,
  encoder?: PretrainedEncoder,
): PredictorConfigInput & FreeOutput {
  const base = encoderConfigOf(settings, encoder, 'predictor');
  const activation = settings.text('output-activation');
  const isBounded = settings.switch('bounded-targets');
  if (isBounded && activation !== 'none')
    throw new UsageError('--bounded-targets and --output-activation exclude each other.');
  refuseUnreachableTargets(settings);
  refuseFusionHeads(settings, base);
  return {
    base,
    layers: predictorLayers(settings, base),
    countHead: settings.switch('count-prediction'),
    targetNorm: settings.switch('target-layer-norm'),
    head: headOf(settings),
    learnableScale: settings.switch('learnable-output-scale'),
    outputActivation: isBounded
      ? 'sigmoid'
      : activation === 'none'
        ? 'identity'
        : (activation as 'relu' | 'softplus' | 'exp'),
  };
}
