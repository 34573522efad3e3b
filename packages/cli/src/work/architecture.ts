// Architecture and data preparation of a model: from settings, or as a pre-trained encoder demands.
import type { CommunityDatasetSettings } from '@seq/data';
import {
  defaultEncoderConfig,
  type EncoderConfig,
  type EncoderConfigInput,
  encoderConfig,
  type HeadConfig,
  type PredictorConfigInput,
} from '@seq/model';
import type { PretrainedEncoder } from '@seq/train';
import { UsageError } from '../failure.js';
import { dataSettings, encoderSettings } from '../settings-of/training.js';
import type { SettingsReader } from '../settings-reader.js';

const standard = new Map([...dataSettings, ...encoderSettings].map((setting) => [setting.name, setting.default]));

/** A value that was given or has a default in the command, else the one of the encoder, else the default of `pretrain`. */
function following<T>(settings: SettingsReader, name: string, ofEncoder: T | undefined): T {
  const given = settings.toRecord()[name] as T | undefined;
  if (given !== undefined && ofEncoder !== undefined && given !== ofEncoder) {
    throw new UsageError(
      `--${name}: ${String(given)} was asked, the pre-trained encoder has ${String(ofEncoder)}. ` +
        'Leave the setting out, or pre-train an encoder with it.',
    );
  }
  return given ?? ofEncoder ?? (standard.get(name) as T);
}

/** How samples are prepared. */
export function dataPlan(settings: SettingsReader, encoder?: PretrainedEncoder): CommunityDatasetSettings {
  const data = encoder?.data;
  return {
    rarefactionDepth: following(settings, 'rarefy-depth', data?.rarefactionDepth ?? undefined),
    basesPerAsv: following(settings, 'max-bp', data?.basesPerAsv),
    maxAsvsPerSample: following(settings, 'token-limit', data?.maxAsvsPerSample),
    asvChoice: following(settings, 'asv-sampling', data?.asvChoice),
    slotOrder: 'abundance',
    refreshRarefaction: settings.switch('rarefy-each-epoch'),
    belowDepth: 'drop',
    seed: settings.number('seed'),
  };
}

/** The architecture of an encoder. */
export function encoderConfigOf(settings: SettingsReader, encoder?: PretrainedEncoder): EncoderConfig {
  const config = encoder?.config;
  const layers = following(settings, 'attention-layers', config?.layers.asv);
  const method = following(
    settings,
    'count-embedding-method',
    config?.countEmbedding === 'none' ? undefined : config?.countEmbedding,
  );
  const hasCounts = following(settings, 'count-embedding', config && config.countEmbedding !== 'none');
  const input: EncoderConfigInput = {
    ...config,
    embeddingWidth: following(settings, 'embedding-dim', config?.embeddingWidth),
    heads: following(settings, 'attention-heads', config?.heads),
    layers: config?.layers ?? { asv: layers, sample: layers, encoder: layers },
    dropout: settings.numberOrUnset('dropout') ?? config?.dropout ?? defaultEncoderConfig.dropout,
    basesPerAsv: following(settings, 'max-bp', config?.basesPerAsv),
    maxAsvsPerSample: following(settings, 'token-limit', config?.maxAsvsPerSample),
    countEmbedding: hasCounts ? method : 'none',
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

/** The architecture of a predictor. */
export function predictorConfigOf(settings: SettingsReader, encoder?: PretrainedEncoder): PredictorConfigInput {
  const base = encoderConfigOf(settings, encoder);
  const activation = settings.text('output-activation');
  const isBounded = settings.switch('bounded-targets');
  if (isBounded && activation !== 'none')
    throw new UsageError('--bounded-targets and --output-activation exclude each other.');
  return {
    base,
    layers: { count: base.layers.sample, target: base.layers.sample },
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
