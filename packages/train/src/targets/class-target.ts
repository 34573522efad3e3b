// A class per sample as a target. It knows no metadata file.
import { type ClassLabels, encodeClasses, oneHotClasses } from '@seq/data';
import type { OutputConfig } from '@seq/model';
import type { Tensor } from '@seq/tensor';
import type { TargetSettings } from '../checkpoint/checkpoint.js';
import { trainError } from '../errors.js';
import { classificationLoss } from '../losses/classification-loss.js';
import { mixedClassLoss } from '../losses/mixed-class-loss.js';
import type { SampleWeights } from '../losses/sample-mean.js';
import { argmaxRows } from '../metrics/argmax-rows.js';
import { ClassificationMetrics } from '../metrics/classification-metrics.js';
import { RankingMetrics } from '../metrics/ranking-metrics.js';
import type { BestMetric } from '../trainer/early-stopping.js';
import type { SampleTarget, TargetEvaluation } from './sample-target.js';

/** Options of {@link ClassTarget}. */
export interface ClassTargetOptions {
  /** Name of the target. */
  readonly column: string;
  /** Class of each sample by sample id, as text. */
  readonly values: ReadonlyMap<string, string>;
  /** The classes, from `fitClassLabels` over the training samples. */
  readonly labels: ClassLabels;
  /** Weight of each class in the loss, at least 0, in the order of the classes. Default: all 1. */
  readonly classWeights?: ArrayLike<number> | undefined;
  /** Share of the target that is spread evenly over all classes, in [0, 1). Default 0. */
  readonly labelSmoothing?: number | undefined;
}

/** Classes of a column with their loss: the negative logarithm of the probability of the true class. */
export class ClassTarget implements SampleTarget {
  readonly width: number;
  readonly metrics: readonly BestMetric[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly #options: ClassTargetOptions;

  /** @throws SeqError `TRAINING_OPTIONS` for weights that are not one number of at least 0 per class. */
  constructor(options: ClassTargetOptions) {
    const { labels, classWeights, labelSmoothing = 0 } = options;
    const weights = classWeights === undefined ? null : Array.from(classWeights);
    const isValid = weights?.every((weight) => weight >= 0 && weight < Number.POSITIVE_INFINITY) ?? true;
    if (!isValid || (weights !== null && weights.length !== labels.classes.length)) {
      throw trainError(
        'TRAINING_OPTIONS',
        `ClassTarget: class weights ${weights?.join(', ')} for the ${labels.classes.length} classes ` +
          `${labels.classes.slice(0, 5).join(', ')}; give one number of at least 0 per class.`,
      );
    }
    this.#options = options;
    this.width = labels.classes.length;
    this.metrics = ['accuracy', 'f1', ...(labels.classes.length === 2 ? (['auc'] as const) : [])];
    this.settings = { loss: { kind: 'classification', classWeights: weights, labelSmoothing } };
  }

  check(sampleIds: readonly string[]): void {
    const { column, values, labels } = this.#options;
    const known = new Set(labels.classes);
    const strange = sampleIds.filter((id) => !known.has(values.get(id) ?? ''));
    if (strange.length === 0) return;
    const found = values.get(strange[0]!);
    throw trainError(
      'TRAINING_DATA',
      `Trainer: ${strange.length} of ${sampleIds.length} samples have no class of "${column}" that is known ` +
        `(first: ${strange[0]} with ${found === undefined ? 'none' : `"${found}"`}; known: ${labels.classes.slice(0, 10).join(', ')}); leave these samples out.`,
      { details: { column, sampleIds: strange.slice(0, 20) } },
    );
  }

  loss(prediction: Tensor, sampleIds: readonly string[], { sampleWeights }: SampleWeights): Tensor {
    const { classWeights, labelSmoothing } = this.#options;
    return classificationLoss(prediction, this.#indices(sampleIds), { classWeights, labelSmoothing, sampleWeights });
  }

  learned(sampleIds: readonly string[]): readonly Float64Array[] {
    return oneHotClasses(this.#options.labels, this.#indices(sampleIds));
  }

  lossOfLearned(prediction: Tensor, values: Float64Array, { sampleWeights }: SampleWeights): Tensor {
    const { classWeights, labelSmoothing } = this.#options;
    return mixedClassLoss(prediction, values, { classWeights, labelSmoothing, sampleWeights });
  }

  startEvaluation(): TargetEvaluation {
    const { classes } = this.#options.labels;
    const metrics = new ClassificationMetrics(classes.length);
    const ranking = new RankingMetrics();
    return {
      add: (prediction, sampleIds) => {
        const values = prediction.toTypedArray();
        const actual = this.#indices(sampleIds);
        metrics.add(argmaxRows(values, classes.length), actual);
        if (classes.length === 2)
          ranking.add(
            Float64Array.from(actual, (_, i) => values[2 * i + 1]!),
            actual,
          );
      },
      scores: () => {
        const { accuracy, macroOfOccurring } = metrics.scores();
        const { precision, recall, f1 } = macroOfOccurring;
        const auc = classes.length === 2 ? { auc: ranking.auc() } : {};
        return { accuracy, f1, precision, recall, ...auc };
      },
    };
  }

  describe(): Omit<TargetSettings, 'countNormalization'> {
    const { column, labels } = this.#options;
    return { column, transform: { kind: 'none' }, quantiles: null, classes: labels.classes };
  }

  contradiction({ outputWidth, outputActivation }: OutputConfig): readonly [string, string] | undefined {
    const { length } = this.#options.labels.classes;
    if (outputActivation !== 'logSoftmax') {
      return [`the target is a class, the predictor's output activation ${outputActivation}`, 'set it to logSoftmax'];
    }
    if (outputWidth === length) return undefined;
    return [`the target has ${length} classes, the predictor ${outputWidth} outputs`, 'make them equal'];
  }

  #indices(sampleIds: readonly string[]): Int32Array {
    const { values, labels } = this.#options;
    return encodeClasses(
      labels,
      sampleIds.map((id) => values.get(id) ?? null),
      { sampleIds },
    );
  }
}
