// One metadata column as a target: its numbers or classes, its scale, and what the model's output must be like.
import {
  fitCategoryTransform,
  fitClassLabels,
  fitTargetTransform,
  joinCategories,
  numericColumn,
  type SampleMetadata,
  type TargetTransform,
  type TargetTransformKind,
  textColumn,
} from '@seq/data';
import type { OutputConfig } from '@seq/model';
import { ClassTarget, type ClassTargetOptions, type TargetLoss, TargetValues } from '@seq/train';
import type { SettingsReader } from '../settings-reader.js';

/** Samples, and those of them that the model learns from. */
export interface RunSamples {
  readonly metadata: SampleMetadata;
  readonly sampleIds: readonly string[];
  readonly trainingIds: readonly string[];
}

/** A target with all that follows from it. */
export interface ColumnTarget {
  readonly targets: TargetValues | ClassTarget;
  /** How errors of numbers are measured; undefined for classes. */
  readonly loss: TargetLoss | undefined;
  /** What the output must be like. */
  readonly output: Partial<OutputConfig>;
  /** Actual value of each sample that has one. */
  readonly actual: ReadonlyMap<string, number | string>;
}

/** How a column of numbers is learned. */
export interface NumericColumnOptions {
  readonly column: string;
  readonly transform: TargetTransformKind | 'zscore-category';
  readonly loss: TargetLoss;
}

/** A column of numbers; the scale is fitted to the training samples. */
export function numericTargetOf(
  settings: SettingsReader,
  { metadata, sampleIds, trainingIds }: RunSamples,
  { column, transform: kind, loss }: NumericColumnOptions,
): ColumnTarget {
  const numbers = numericColumn(metadata, { column, sampleIds });
  const values = new Map(sampleIds.map((id, i) => [id, numbers[i]!]));
  const training = trainingIds.map((id) => values.get(id)!);
  const scale = (): { transform: TargetTransform; categories?: TargetValues['categories'] } => {
    if (kind !== 'zscore-category') return { transform: fitTargetTransform(kind, training) };
    const columns = settings.textsOrUnset('normalize-by')!;
    const joined = joinCategories(columns.map((name) => textColumn(metadata, { column: name, sampleIds })));
    const ofSample = new Map(sampleIds.map((id, i) => [id, joined[i]!]));
    const shrinkage = settings.numberOrUnset('normalize-shrinkage') ?? 5;
    const categories = trainingIds.map((id) => ofSample.get(id) ?? null);
    return { transform: fitCategoryTransform(training, { categories, shrinkage }), categories: { columns, ofSample } };
  };
  return {
    targets: new TargetValues({ column, values, ...scale() }),
    loss,
    output: outputOfNumber(loss),
    actual: values,
  };
}

/** What the output for a number must be like. */
export function outputOfNumber(loss: TargetLoss): Pick<OutputConfig, 'quantileCount' | 'nonCrossingQuantiles'> {
  const quantileCount = loss.kind === 'quantile' ? loss.quantiles.length : 0;
  return { quantileCount, nonCrossingQuantiles: quantileCount > 1 };
}

/** How a column of classes is learned. */
export interface ClassColumnOptions extends Pick<ClassTargetOptions, 'labelSmoothing'> {
  readonly column: string;
  /** Weights of the classes, from their names and the classes of the training samples. Default: all 1. */
  readonly weights?: (
    classes: readonly string[],
    training: readonly (string | null)[],
  ) => ClassTargetOptions['classWeights'];
}

/** A column of classes; they are those of the training samples. */
export function classTargetOf(
  { metadata, sampleIds, trainingIds }: RunSamples,
  { column, weights, labelSmoothing }: ClassColumnOptions,
): ColumnTarget {
  const texts = textColumn(metadata, { column, sampleIds });
  const values = new Map(sampleIds.flatMap((id, i) => (texts[i] === null ? [] : [[id, texts[i]!] as const])));
  const training = trainingIds.map((id) => values.get(id) ?? null);
  const labels = fitClassLabels(training, { sampleIds: trainingIds });
  const classWeights = weights?.(labels.classes, training);
  return {
    targets: new ClassTarget({ column, values, labels, classWeights, labelSmoothing }),
    loss: undefined,
    output: { outputWidth: labels.classes.length, outputActivation: 'logSoftmax' },
    actual: values,
  };
}
