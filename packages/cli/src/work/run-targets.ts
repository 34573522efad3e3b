// The targets of a run from metadata: numbers or classes, with their losses, and the weights of samples.
import { balancedCategoryWeights, textColumn, weightsOfCategories } from '@seq/data';
import type { NamedOutputConfigInput, OutputConfig } from '@seq/model';
import type { FineTuningObjectiveOptions, TargetLoss } from '@seq/train';
import type { CommandContext } from '../command.js';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import { type NamedTarget, namedTargets } from './named-targets.js';
import {
  type ClassColumnOptions,
  type ColumnTarget,
  classTargetOf,
  numericTargetOf,
  type RunSamples,
} from './target-of-column.js';

/** What of fine-tuning follows from the targets. */
export interface RunTargets {
  /** Options of the objective. */
  readonly objective: Pick<FineTuningObjectiveOptions, 'targets' | 'loss' | 'moreTargets'>;
  /** What the predictor's own output must be like. */
  readonly output: Partial<OutputConfig>;
  /** Outputs of the further targets; each is named after its column. */
  readonly moreOutputs: readonly NamedOutputConfigInput[];
  /** Actual value of each sample, of the main target and by the names of the others. */
  readonly actual: ReadonlyMap<string, number | string>;
  readonly moreActual: Readonly<Record<string, ReadonlyMap<string, number | string>>>;
}

/** The targets that the settings name. */
export function runTargets({ settings }: CommandContext, samples: RunSamples): RunTargets {
  const [main, ...further] = namedTargets(settings);
  const penalty = settings.number('target-penalty');
  const own = targetOf(settings, samples, main, {
    weights: (classes, training) => classWeightsOf(settings, classes, training),
    labelSmoothing: settings.number('label-smoothing'),
  });
  const others = further.map((target) => [target.column, targetOf(settings, samples, target)] as const);
  return {
    objective: {
      targets: own.targets,
      loss: own.loss,
      moreTargets: new Map(others.map(([name, { targets, loss }]) => [name, { targets, loss, penalty }])),
    },
    output: own.output,
    moreOutputs: others.map(([name, { output }]) => ({ name, ...output })),
    actual: own.actual,
    moreActual: Object.fromEntries(others.map(([name, { actual }]) => [name, actual])),
  };
}

/** A target; `ofClasses` says how its classes count, if it has any. */
function targetOf(
  settings: SettingsReader,
  samples: RunSamples,
  { column, scale }: NamedTarget,
  ofClasses: Omit<ClassColumnOptions, 'column'> = {},
): ColumnTarget {
  if (scale === 'class') return classTargetOf(samples, { column, ...ofClasses });
  return numericTargetOf(settings, samples, { column, transform: scale, loss: targetLossOf(settings) });
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

/** How the settings measure errors of numbers. */
export function targetLossOf(settings: SettingsReader): TargetLoss {
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

/** Refuses settings of targets that contradict each other or would have no effect, before anything is read. */
export function checkTargets(settings: SettingsReader): void {
  namedTargets(settings);
  targetLossOf(settings);
  const isClassifier = settings.switch('classifier');
  const loss = settings.text('loss-type');
  const refuse = (flag: string, needed: string): never => {
    throw new UsageError(`--${flag} has no effect without ${needed}. Leave it out, or give both.`);
  };
  if (!isClassifier && settings.textsOrUnset('class-weights') !== undefined) refuse('class-weights', '--classifier');
  if (!isClassifier && settings.number('label-smoothing') > 0) refuse('label-smoothing', '--classifier');
  if (isClassifier && loss !== 'huber') {
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
