// What a model costs, by module, from its configuration alone. It builds no model and measures nothing.
import { invalidConfig, isCount } from '../config-check.js';
import type { EncoderConfig } from '../encoder-config.js';
import type { PredictorConfig } from '../predictor-config.js';
import { encoderCosts } from './encoder-costs.js';
import type { ModelSummary, ModuleSummary, NamedCost, SummarizeOptions, TypicalSample } from './model-summary.js';
import { sumCosts } from './module-cost.js';
import { predictorCosts } from './predictor-costs.js';

/** A model, of which only the configuration is read. */
export interface ConfiguredModel {
  /** The complete configuration. */
  readonly config: EncoderConfig | PredictorConfig;
}

/** A model, or its configuration. */
export type Summarizable = EncoderConfig | PredictorConfig | ConfiguredModel;

/**
 * Parameters, memory and floating-point operations of a model for one sample, by module. Parts that the model does not
 * have are left out.
 *
 * Operations are those of the matrix products of a forward pass, 2 per multiplication with addition; norms, softmax and
 * activations, a few percent, are not counted. A training step takes about three times as many. Activations are all
 * numbers that operations give out; training keeps fewer, since some are computed again.
 *
 * @param model - an encoder or predictor, or its complete configuration.
 * @throws SeqError `CONFIG_INVALID` for a sample that cannot be or does not fit the model.
 */
export function summarize(model: Summarizable, options: SummarizeOptions = {}): ModelSummary {
  const config = 'config' in model ? model.config : model;
  const isPredictor = 'base' in config;
  const base = isPredictor ? config.base : config;
  const { bytesPerNumber = 4 } = options;
  const sample = typicalSample(base, options);
  const named = isPredictor ? predictorCosts(config, sample) : encoderCosts(base, sample);
  const total = sumCosts(...named.map(({ cost }) => cost));
  return {
    kind: isPredictor ? 'predictor' : 'encoder',
    sample,
    bytesPerNumber,
    modules: named.filter(hasCost).map((part) => moduleSummary(part, bytesPerNumber)),
    total: { ...total, ...bytesOf(total, bytesPerNumber) },
  };
}

/** Number of parameters of a model of this configuration; equal to that of the reference's model where it has one. */
export function parameterCount(config: EncoderConfig | PredictorConfig): number {
  return summarize(config).total.parameters;
}

function typicalSample(base: EncoderConfig, options: SummarizeOptions): TypicalSample {
  const { asvsPerSample = Math.min(TYPICAL_ASVS, base.maxAsvsPerSample), basesPerAsv = base.basesPerAsv } = options;
  const { encodedAsvs = asvsPerSample } = options;
  const fits: readonly (readonly [boolean, string, number, string])[] = [
    [isCount(asvsPerSample), 'asvsPerSample', asvsPerSample, 'a positive integer'],
    [
      isCount(basesPerAsv) && basesPerAsv <= base.basesPerAsv,
      'basesPerAsv',
      basesPerAsv,
      `an integer from 1 to ${base.basesPerAsv}`,
    ],
    [
      encodedAsvs >= 0 && encodedAsvs <= asvsPerSample,
      'encodedAsvs',
      encodedAsvs,
      `a number from 0 to ${asvsPerSample}`,
    ],
  ];
  const wrong = fits.find(([isRight]) => !isRight);
  if (wrong !== undefined) throw invalidConfig('summarize', `${wrong[1]} is ${wrong[2]}`, `It must be ${wrong[3]}`);
  return { asvsPerSample, basesPerAsv, encodedAsvs };
}

/** ASVs of a sample where nothing else is said: a usual number after rarefaction. */
const TYPICAL_ASVS = 256;

function hasCost({ cost }: NamedCost): boolean {
  return cost.parameters + cost.activations > 0;
}

function moduleSummary({ name, prefixes, cost, isLazy = false }: NamedCost, bytesPerNumber: number): ModuleSummary {
  return { name, prefixes, ...cost, ...bytesOf(cost, bytesPerNumber), isLazy };
}

function bytesOf(
  { parameters, activations }: NamedCost['cost'],
  bytesPerNumber: number,
): Pick<ModuleSummary, 'parameterBytes' | 'activationBytes'> {
  return { parameterBytes: parameters * bytesPerNumber, activationBytes: activations * bytesPerNumber };
}
