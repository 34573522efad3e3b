// What a predictor says about a target, gathered over batches, in the words of the target: numbers, quantiles, classes.
import type { CommunityBatch } from '@seq/data';
import type { Tensor } from '@seq/tensor';
import type { FurtherTargetSettings } from '../checkpoint/checkpoint.js';
import { argmaxRows } from '../metrics/argmax-rows.js';
import { quantilePredictions } from './point-predictions.js';

/** One quantile of every sample. */
export interface QuantilePrediction {
  /** Which quantile, in (0, 1). */
  readonly quantile: number;
  /** One value per sample in the unit of the target. */
  readonly values: Float64Array;
}

/** Probability of one class for every sample. */
export interface ClassProbability {
  /** Name of the class. */
  readonly name: string;
  /** One probability per sample; those of all classes add up to 1. */
  readonly values: Float64Array;
}

/** Predictions of one target. */
export interface TargetPredictions {
  /** Name of the target. */
  readonly column: string;
  /**
   * One value per sample in the unit of the target; for a model of quantiles the middle one, for a classifier the index of
   * the most likely class.
   */
  readonly predicted: Float64Array;
  /** The quantiles of the model and their values per sample; empty for a model of single values. */
  readonly quantiles: readonly QuantilePrediction[];
  /** The classes and their probabilities per sample; empty for a number. */
  readonly classes: readonly ClassProbability[];
}

/** Predictions of one target that grow batch by batch. */
export class GrowingPredictions {
  readonly #target: FurtherTargetSettings;
  /** Arrays of values per sample: quantiles, or classes. */
  readonly #values: readonly Float64Array[];
  readonly #categoryOf: ((sampleId: string) => string | null) | undefined;

  /**
   * @param target - what is predicted.
   * @param sampleCount - samples in all.
   * @param categoryOf - category of a sample, for a target that is scaled by category.
   */
  constructor(
    target: FurtherTargetSettings,
    sampleCount: number,
    categoryOf?: ((sampleId: string) => string | null) | undefined,
  ) {
    const width = target.classes?.length ?? target.quantiles?.length ?? 1;
    this.#target = target;
    this.#categoryOf = categoryOf;
    this.#values = Array.from({ length: width }, () => new Float64Array(sampleCount));
  }

  /** Takes in the prediction of the samples of a batch, in whatever order batches come. */
  add(prediction: Tensor, { sampleIds, sampleIndices }: Pick<CommunityBatch, 'sampleIds' | 'sampleIndices'>): void {
    const { classes, transform } = this.#target;
    const scaling = this.#categoryOf === undefined ? {} : { categories: sampleIds.map(this.#categoryOf) };
    const found =
      classes === undefined ? quantilePredictions(prediction, transform, scaling) : probabilities(prediction);
    for (const [i, all] of this.#values.entries()) {
      sampleIndices.forEach((index, place) => {
        all[index] = found[i]![place]!;
      });
    }
  }

  /** Everything taken in. */
  result(): TargetPredictions {
    const { column, quantiles, classes } = this.#target;
    const values = this.#values;
    const middle = values[Math.floor(values.length / 2)]!;
    return {
      column,
      predicted: classes === undefined ? middle : mostLikelyClasses(values),
      quantiles: (quantiles ?? []).map((quantile, i) => ({ quantile, values: values[i]! })),
      classes: (classes ?? []).map((name, i) => ({ name, values: values[i]! })),
    };
  }
}

/** From log-probabilities [B, K] to K arrays of B probabilities. */
function probabilities(prediction: Tensor): Float64Array[] {
  const [sampleCount = 0, classCount = 0] = prediction.shape;
  const values = prediction.toTypedArray();
  return Array.from({ length: classCount }, (_, k) =>
    Float64Array.from({ length: sampleCount }, (_unused, sample) => Math.exp(values[sample * classCount + k]!)),
  );
}

/** For each sample the index of the class with the highest probability, from one array per class. */
export function mostLikelyClasses(values: readonly Float64Array[]): Float64Array {
  const sampleCount = values[0]!.length;
  const rows = new Float64Array(sampleCount * values.length);
  values.forEach((ofClass, k) => {
    for (let i = 0; i < sampleCount; i++) rows[i * values.length + k] = ofClass[i]!;
  });
  return Float64Array.from(argmaxRows(rows, values.length));
}
