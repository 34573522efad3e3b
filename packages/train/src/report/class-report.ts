// How well models tell classes, as JSON for programs and as a table for people.
import { trainError } from '../errors.js';
import { ClassificationMetrics, type ClassScores } from '../metrics/classification-metrics.js';
import { RankingMetrics } from '../metrics/ranking-metrics.js';
import { shownNumber } from './format-predictions.js';

/** One sample of {@link classReport}. */
export interface ClassPredictionRow {
  /** Name of the sample. */
  readonly sampleId: string;
  /** The class that the model says. */
  readonly predicted: string;
  /** The class that it is; `undefined` where nobody knows it. */
  readonly actual?: string | undefined;
  /** Probability of each class by its name. Default: unknown. */
  readonly probabilities?: ReadonlyMap<string, number> | undefined;
}

/** The predictions of one model for {@link classReport}. */
export interface ModelClasses {
  /** Name of the model as the report shows it. */
  readonly name: string;
  /** Its predictions; samples without an actual class do not count. */
  readonly rows: readonly ClassPredictionRow[];
}

/** The scores of one class in a {@link ClassReport}. */
export interface NamedClassScores extends ClassScores {
  /** Name of the class. */
  readonly name: string;
}

/** The scores of one model in a {@link ClassReport}. */
export interface ModelClassScores {
  /** Name of the model. */
  readonly name: string;
  /** Samples with an actual class. */
  readonly sampleCount: number;
  /** Fraction of the samples whose class was predicted. */
  readonly accuracy: number;
  /** Precision, averaged over the classes that occur. */
  readonly precision: number;
  /** Recall, averaged over the classes that occur. */
  readonly recall: number;
  /** F1, averaged over the classes that occur. */
  readonly f1: number;
  /** Area under the ROC curve; only of a model that gives the probabilities of two classes. */
  readonly auc?: number;
  /** One entry per class of the report. */
  readonly perClass: readonly NamedClassScores[];
  /** Samples by actual class (row) and predicted class (column). */
  readonly confusion: readonly (readonly number[])[];
}

/** What {@link classReport} gives: plain data, to be written as `metrics.json`. */
export interface ClassReport {
  /** Name of the target. */
  readonly target: string;
  /** All classes that are predicted, occur or have a probability, sorted by name. */
  readonly classes: readonly string[];
  /** One entry per model in the order given. */
  readonly models: readonly ModelClassScores[];
}

/**
 * Accuracy, precision, recall, F1 and confusion matrix of each model over its samples with an actual class, as the
 * validation of a training gives them; the area under the ROC curve where there are probabilities of two classes.
 *
 * @throws SeqError `REPORT_INPUT` for a model without a sample whose actual class is known, or with a probability that is
 * no number from 0 to 1.
 */
export function classReport(models: readonly ModelClasses[], { target }: { readonly target: string }): ClassReport {
  const known = models.map(({ name, rows }) => ({ name, rows: rows.filter(({ actual }) => actual !== undefined) }));
  const names = known.flatMap(({ rows }) =>
    rows.flatMap(({ actual, predicted, probabilities }) => [actual!, predicted, ...(probabilities?.keys() ?? [])]),
  );
  const classes = [...new Set(names)].sort((a, b) => Number(a > b) - Number(a < b));
  return { target, classes, models: known.map((model) => scoresOf(model, classes)) };
}

/** A report as tab-separated text: `model`, `samples`, `accuracy`, `precision`, `recall`, `f1` and, if any has it, `auc`. */
export function formatClassMetrics({ models }: ClassReport): string {
  const hasAuc = models.some(({ auc }) => auc !== undefined);
  const header = ['model', 'samples', 'accuracy', 'precision', 'recall', 'f1', ...(hasAuc ? ['auc'] : [])];
  const lines = models.map(({ name, sampleCount, accuracy, precision, recall, f1, auc }) => [
    name.replace(/\s+/g, ' '),
    sampleCount,
    ...[accuracy, precision, recall, f1].map(shownNumber),
    ...(hasAuc ? [auc === undefined ? '' : shownNumber(auc)] : []),
  ]);
  return `${[header, ...lines].map((cells) => cells.join('\t')).join('\n')}\n`;
}

function scoresOf({ name, rows }: ModelClasses, classes: readonly string[]): ModelClassScores {
  if (rows.length === 0) {
    const found = `no sample of "${name}" has an actual class`;
    throw trainError('REPORT_INPUT', `classReport: ${found}; give predictions of samples whose class is known.`);
  }
  const indices = new Map(classes.map((className, index) => [className, index]));
  const metrics = new ClassificationMetrics(classes.length);
  metrics.add(
    rows.map(({ predicted }) => indices.get(predicted)!),
    rows.map(({ actual }) => indices.get(actual!)!),
  );
  const { accuracy, macroOfOccurring, perClass, sampleCount } = metrics.scores();
  const { precision, recall, f1 } = macroOfOccurring;
  const auc = aucOf({ name, rows }, classes);
  return {
    ...{ name, sampleCount, accuracy, precision, recall, f1 },
    ...(auc === undefined ? {} : { auc }),
    perClass: perClass.map((scores, index) => ({ name: classes[index]!, ...scores })),
    confusion: metrics.confusionMatrix,
  };
}

function aucOf({ name, rows }: ModelClasses, classes: readonly string[]): number | undefined {
  const bad = rows.find(({ probabilities }) => [...(probabilities?.values() ?? [])].some((p) => !(p >= 0 && p <= 1)));
  if (bad !== undefined) {
    const found = `sample ${bad.sampleId} of "${name}" has a probability that is no number from 0 to 1`;
    throw trainError('REPORT_INPUT', `classReport: ${found}; give the file as it was written.`);
  }
  const [first, second] = classes;
  const scores = rows.map(({ probabilities }) => probabilities?.get(second ?? ''));
  if (classes.length !== 2 || scores.includes(undefined)) return undefined;
  const metrics = new RankingMetrics();
  metrics.add(
    scores as number[],
    rows.map(({ actual }) => Number(actual !== first)),
  );
  return metrics.auc();
}
