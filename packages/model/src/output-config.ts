// The configuration of one output of a predictor as plain data: its head and what follows. It builds nothing.
import {
  type ConfigRules,
  hasOnly,
  invalidConfig,
  isCount,
  isFraction,
  isOneOf,
  isPlainObject,
} from './config-check.js';

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

/** Last function of the target path: `sigmoid` bounds to (0, 1), `logSoftmax` makes a classifier. */
export type OutputActivation = 'identity' | 'sigmoid' | 'relu' | 'softplus' | 'exp' | 'logSoftmax';

/** Everything that decides the mathematics of one output. */
export interface OutputConfig {
  /** From the pooled vector to the output. Default linear. */
  readonly head: HeadConfig;
  /** Numbers predicted per sample; for a classifier the classes. Default 1. */
  readonly outputWidth: number;
  /** Quantiles predicted per number, 0 for none; with quantiles nothing follows the head. Default 0. */
  readonly quantileCount: number;
  /**
   * Whether each quantile lies above the one before by construction; the quantiles of the loss must then rise. Default
   * false, as the reference.
   */
  readonly nonCrossingQuantiles: boolean;
  /** Whether a learned scale and shift follow the head. Default false. */
  readonly learnableScale: boolean;
  /** Last function. Default identity. */
  readonly outputActivation: OutputActivation;
}

/** A further target that is predicted from the same pooled vector. */
export interface NamedOutputConfig extends OutputConfig {
  /** Name of the target; not empty, and different from that of other targets. */
  readonly name: string;
  /** Names of categorical columns that scale and shift it, in order. Default none. */
  readonly scaledBy: readonly string[];
}

/** A part of {@link NamedOutputConfig}; only the name is needed. */
export type NamedOutputConfigInput = Pick<NamedOutputConfig, 'name'> & Partial<NamedOutputConfig>;

/** A linear head on one number. */
export const defaultOutputConfig: OutputConfig = {
  head: { kind: 'linear' },
  outputWidth: 1,
  quantileCount: 0,
  nonCrossingQuantiles: false,
  learnableScale: false,
  outputActivation: 'identity',
};

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

/** What the fields of an output may be. */
export const outputRules: ConfigRules<OutputConfig> = {
  head: [isHead, 'linear, or mlp or residual with hiddenWidths and a dropout in [0, 1)'],
  outputWidth: [isCount, 'a positive integer'],
  quantileCount: [(value) => value === 0 || isCount(value), 'an integer of at least 0'],
  nonCrossingQuantiles: [isBoolean, 'true or false'],
  learnableScale: [isBoolean, 'true or false'],
  outputActivation: [
    isOneOf('identity', 'sigmoid', 'relu', 'softplus', 'exp', 'logSoftmax'),
    'identity, sigmoid, relu, softplus, exp or logSoftmax',
  ],
};

/**
 * Refuses what cannot be together in one output.
 *
 * @param scaledBy - columns that scale it.
 * @throws SeqError `CONFIG_INVALID`.
 */
export function refuseContradictions(asked: string, output: OutputConfig, scaledBy: readonly string[]): void {
  const { quantileCount, outputActivation, learnableScale, nonCrossingQuantiles } = output;
  if (quantileCount === 0) {
    if (!nonCrossingQuantiles) return;
    const remedy = 'Set quantileCount, or drop nonCrossingQuantiles';
    throw invalidConfig(asked, 'nonCrossingQuantiles is set, but there are no quantiles', remedy);
  }
  for (const [field, isOn] of Object.entries({
    outputActivation: outputActivation !== 'identity',
    learnableScale,
    outputScaledBy: scaledBy.length > 0,
  })) {
    if (!isOn) continue;
    const found = `quantileCount is ${quantileCount} and ${field} is set`;
    throw invalidConfig(asked, found, 'Nothing can follow the head of a quantile model; drop one of them');
  }
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
