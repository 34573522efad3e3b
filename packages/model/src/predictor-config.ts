// The configuration of the predictor as plain data: fields, defaults, checks. It builds nothing.
import { checkConfig, invalidConfig, isPlainObject, objectOrNothing, objectsOrNone } from './config-check.js';
import {
  defaultEncoderConfig,
  type EncoderConfig,
  type EncoderConfigInput,
  encoderConfig,
  isLayerCounts,
} from './encoder-config.js';
import { type CategoriesConfig, type CategoriesConfigInput, categoriesConfig, isSubsetOf } from './fusion-config.js';
import {
  defaultOutputConfig,
  type NamedOutputConfig,
  type NamedOutputConfigInput,
  type OutputConfig,
  outputRules,
  refuseContradictions,
} from './output-config.js';

/** Layers of the two stacks that a predictor adds to its base model, at least 1 each. */
export interface PredictorLayers {
  /** Before the count head. */
  readonly count: number;
  /** Before the target's pooling. */
  readonly target: number;
}

/** Everything that decides the shape and mathematics of a {@link SequencePredictor}; its own output is the main target. */
export interface PredictorConfig extends OutputConfig {
  /** The base model; width, heads, activation, norm placement and dropout hold for the stacks of the predictor, too. */
  readonly base: EncoderConfig;
  /** Layers of the stacks before the count head and before the target's pooling. Default 4 each. */
  readonly layers: PredictorLayers;
  /** Whether relative read counts are predicted for each slot. Default true. */
  readonly countHead: boolean;
  /** Whether the pooled vector is normalised once more. Default true. */
  readonly targetNorm: boolean;
  /** Targets that are predicted besides the main one, each with its own head on the same vector. Default none. */
  readonly moreTargets: readonly NamedOutputConfig[];
  /**
   * DNA of ASVs that get a weight of their own beside the transformer, see {@link AsvWeights}: those of the training table,
   * for example. Default none.
   */
  readonly knownAsvs: readonly string[];
  /** Categorical conditioning, or null. Default null. */
  readonly categories: CategoriesConfig | null;
}

/** A part of {@link PredictorConfig}; what is left out has its default. */
export interface PredictorConfigInput
  extends Partial<Omit<PredictorConfig, 'base' | 'layers' | 'categories' | 'moreTargets'>> {
  /** What differs from the default base model. */
  readonly base?: EncoderConfigInput;
  /** Layers that differ from the default. */
  readonly layers?: Partial<PredictorLayers>;
  /** Further targets. */
  readonly moreTargets?: readonly NamedOutputConfigInput[];
  /** Categorical conditioning, or null. */
  readonly categories?: CategoriesConfigInput | null;
}

/** The reference's command-line defaults: linear head on one number, count head, target norm, 4,121,225 parameters. */
export const defaultPredictorConfig: PredictorConfig = {
  ...defaultOutputConfig,
  base: defaultEncoderConfig,
  layers: { count: 4, target: 4 },
  countHead: true,
  targetNorm: true,
  moreTargets: [],
  knownAsvs: [],
  categories: null,
};

/**
 * Completes a configuration with defaults and checks it. The result is plain data that survives JSON.
 *
 * @throws SeqError `CONFIG_INVALID` naming the first wrong or unknown field, or two that exclude each other.
 */
export function predictorConfig(input: PredictorConfigInput = {}): PredictorConfig {
  const asked = 'predictorConfig';
  objectOrNothing(asked, 'the configuration', input);
  const base = encoderConfig(objectOrNothing(asked, 'base', input.base));
  const given = objectOrNothing(asked, 'categories', input.categories ?? undefined);
  const categories = given === undefined ? null : categoriesConfig(given, base.embeddingWidth);
  const columns = categories?.columns.map(({ name }) => name) ?? [];
  const config: PredictorConfig = {
    ...defaultPredictorConfig,
    ...input,
    base,
    layers: { ...defaultPredictorConfig.layers, ...objectOrNothing(asked, 'layers', input.layers) },
    moreTargets: namedOutputs(objectsOrNone(asked, 'moreTargets', input.moreTargets), columns),
    categories,
  };
  const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
  checkConfig(asked, config, {
    ...outputRules,
    base: [isPlainObject, 'an encoder configuration'],
    layers: [isLayerCounts('count', 'target'), 'positive integers count and target'],
    countHead: [isBoolean, 'true or false'],
    targetNorm: [isBoolean, 'true or false'],
    moreTargets: [Array.isArray, 'a list of targets'],
    knownAsvs: [areTexts, 'a list of DNA texts'],
    categories: [(value) => value === null || isPlainObject(value), 'null or the columns and their fusion'],
  });
  refuseContradictions(asked, config, categories?.outputScaledBy ?? []);
  return config;
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string' && text !== '');
}

function namedOutputs(inputs: readonly NamedOutputConfigInput[], columns: readonly string[]): NamedOutputConfig[] {
  const seen = new Set<string>();
  return inputs.map((input) => {
    const asked = `predictorConfig: moreTargets ${JSON.stringify(input.name)}`;
    const output: NamedOutputConfig = { ...defaultOutputConfig, scaledBy: [], ...input };
    checkConfig(asked, output, {
      ...outputRules,
      name: [(value) => typeof value === 'string' && value !== '', 'a text that is not empty'],
      scaledBy: [
        isSubsetOf(columns),
        `different names out of ${columns.join(', ') || 'the categorical columns: none'}`,
      ],
    });
    refuseContradictions(asked, output, output.scaledBy);
    if (seen.has(output.name)) throw invalidConfig(asked, 'this name is given twice', 'Give each target its own');
    seen.add(output.name);
    return output;
  });
}
