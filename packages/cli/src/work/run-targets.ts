// The target of a run from metadata: numbers or classes, with their loss and the weights of samples.
import {
  balancedCategoryWeights,
  fitClassLabels,
  fitTargetTransform,
  numericColumn,
  type SampleMetadata,
  type TargetTransformKind,
  textColumn,
  weightsOfCategories,
} from '@seq/data';
import type { OutputConfig } from '@seq/model';
import { ClassTarget, type FineTuningObjectiveOptions, type TargetLoss, TargetValues } from '@seq/train';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';

/** What of fine-tuning follows from the target. */
export interface RunTarget {
  /** Options of the objective. */
  readonly objective: Pick<FineTuningObjectiveOptions, 'targets' | 'loss'>;
  /** What the predictor's output must be like. */
  readonly output: Partial<OutputConfig>;
  /** Actual value of each sample. */
  readonly actual: ReadonlyMap<string, number | string>;
}

/** Samples, and those of them that the model learns from. */
export interface RunSamples {
  readonly metadata: SampleMetadata;
  readonly sampleIds: readonly string[];
  readonly trainingIds: readonly string[];
}

/** The target that the settings name. */
export function runTarget({ settings }: CommandContext, samples: RunSamples): RunTarget {
  refuseForeignFlags(settings);
  return settings.switch('classifier') ? classTarget(settings, samples) : numericTarget(settings, samples);
}

function numericTarget(settings: SettingsReader, { metadata, sampleIds, trainingIds }: RunSamples): RunTarget {
  const column = settings.text('metadata-column');
  const numbers = numericColumn(metadata, { column, sampleIds });
  const values = new Map(sampleIds.map((id, i) => [id, numbers[i]!]));
  const kind = settings.text('target-transform') as TargetTransformKind;
  const transform = fitTargetTransform(
    kind,
    trainingIds.map((id) => values.get(id)!),
  );
  const loss = targetLossOf(settings);
  const quantileCount = loss.kind === 'quantile' ? loss.quantiles.length : 0;
  return {
    objective: { targets: new TargetValues({ column, values, transform }), loss },
    output: { quantileCount, nonCrossingQuantiles: quantileCount > 1 },
    actual: values,
  };
}

function classTarget(settings: SettingsReader, { metadata, sampleIds, trainingIds }: RunSamples): RunTarget {
  const column = settings.text('metadata-column');
  const texts = textColumn(metadata, { column, sampleIds });
  const known = sampleIds.flatMap((id, i) => (texts[i] === null ? [] : [[id, texts[i]!] as const]));
  const values = new Map(known);
  const training = trainingIds.map((id) => values.get(id) ?? null);
  const labels = fitClassLabels(training, { sampleIds: trainingIds });
  const classWeights = classWeightsOf(settings, labels.classes, training);
  const labelSmoothing = settings.number('label-smoothing');
  return {
    objective: { targets: new ClassTarget({ column, values, labels, classWeights, labelSmoothing }) },
    output: { outputWidth: labels.classes.length, outputActivation: 'logSoftmax' },
    actual: values,
  };
}

function classWeightsOf(
  settings: SettingsReader,
  classes: readonly string[],
  training: readonly (string | null)[],
): readonly number[] | undefined {
  const given = settings.textsOrUnset('class-weights');
  if (given === undefined) return undefined;
  if (given.length === 1 && given[0] === 'balanced') {
    const balanced = new Map(balancedCategoryWeights(training).map(({ category, weight }) => [category, weight]));
    return classes.map((name) => balanced.get(name) ?? 1);
  }
  const weights = given.map(Number);
  if (weights.length === classes.length && weights.every((weight) => weight >= 0)) return weights;
  throw new UsageError(
    `--class-weights: ${given.join(',')} is given for the classes ${classes.join(', ')}. ` +
      'Give one number of at least 0 per class in this order, or balanced.',
  );
}

function targetLossOf(settings: SettingsReader): TargetLoss {
  const kind = settings.text('loss-type') as TargetLoss['kind'];
  if (kind === 'asymmetric') {
    return { kind, over: settings.number('over-penalty'), under: settings.number('under-penalty') };
  }
  if (kind !== 'quantile') return { kind };
  const quantiles = settings.numbersOrUnset('quantiles') ?? [0.1, 0.5, 0.9];
  const isRising = quantiles.every((quantile, i) => quantile > (quantiles[i - 1] ?? 0) && quantile < 1);
  if (isRising) return { kind, quantiles };
  throw new UsageError(`--quantiles: ${quantiles.join(',')} do not rise between 0 and 1. Give such as 0.1,0.5,0.9.`);
}

/** Flags that would have no effect are mistakes. */
function refuseForeignFlags(settings: SettingsReader): void {
  const isClassifier = settings.switch('classifier');
  const loss = settings.text('loss-type');
  const refuse = (flag: string, needed: string): never => {
    throw new UsageError(`--${flag} has no effect without ${needed}. Leave it out, or give both.`);
  };
  if (!isClassifier && settings.textsOrUnset('class-weights') !== undefined) refuse('class-weights', '--classifier');
  if (!isClassifier && settings.number('label-smoothing') > 0) refuse('label-smoothing', '--classifier');
  if (isClassifier && (loss === 'quantile' || loss === 'asymmetric')) {
    throw new UsageError(`--loss-type ${loss} is for numbers, and --classifier for classes. Drop one of them.`);
  }
  if (loss !== 'quantile' && settings.numbersOrUnset('quantiles') !== undefined) {
    refuse('quantiles', '--loss-type quantile');
  }
  for (const flag of ['over-penalty', 'under-penalty']) {
    if (loss !== 'asymmetric' && settings.number(flag) !== 1) refuse(flag, '--loss-type asymmetric');
  }
  const metric = settings.text('best-metric');
  if (isClassifier && (metric === 'mae' || metric === 'r2')) {
    throw new UsageError(`--best-metric ${metric} is for numbers; give val_loss, accuracy or f1.`);
  }
  if (!isClassifier && (metric === 'accuracy' || metric === 'f1')) {
    throw new UsageError(`--best-metric ${metric} is for classes; give val_loss, mae or r2.`);
  }
}

/** Weight of each training sample by the size of its category; undefined if all weigh the same. */
export function sampleWeightsOf(
  settings: SettingsReader,
  { metadata, trainingIds }: RunSamples,
): ReadonlyMap<string, number> | undefined {
  if (settings.text('categorical-loss-weights') === 'none') return undefined;
  const column =
    settings.textOrUnset('categorical-loss-weight-column') ?? settings.textsOrUnset('categorical-columns')?.[0];
  if (column === undefined) {
    throw new UsageError(
      '--categorical-loss-weights auto: of which column? Give --categorical-loss-weight-column or --categorical-columns.',
    );
  }
  const categories = textColumn(metadata, { column, sampleIds: trainingIds });
  const weights = weightsOfCategories(balancedCategoryWeights(categories), categories);
  return new Map(trainingIds.map((id, i) => [id, weights[i]!]));
}
