// A number per sample as a target: its loss on the scale of the model, its errors in its own unit.
import type { OutputConfig } from '@seq/model';
import type { Tensor } from '@seq/tensor';
import type { TargetSettings } from '../checkpoint/checkpoint.js';
import type { SampleWeights } from '../losses/sample-mean.js';
import { type TargetLoss, targetLoss } from '../losses/target-loss.js';
import { RegressionMetrics } from '../metrics/regression-metrics.js';
import type { BestMetric } from '../trainer/early-stopping.js';
import { pointPredictions } from './point-predictions.js';
import type { SampleTarget, TargetEvaluation } from './sample-target.js';
import type { TargetValues } from './target-values.js';

/** Values of a column with the way their error is measured. */
export class NumericTarget implements SampleTarget {
  readonly width = 1;
  readonly metrics: readonly BestMetric[] = ['mae', 'rmse', 'r2'];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly #values: TargetValues;
  readonly #loss: TargetLoss;

  /**
   * @param values - values by sample.
   * @param loss - how errors are measured.
   */
  constructor(values: TargetValues, loss: TargetLoss) {
    this.#values = values;
    this.#loss = loss;
    this.settings = { loss };
  }

  check(sampleIds: readonly string[]): void {
    this.#values.check(sampleIds);
  }

  loss(prediction: Tensor, sampleIds: readonly string[], weights: SampleWeights): Tensor {
    return this.lossOfLearned(prediction, this.#values.scaled(sampleIds), weights);
  }

  learned(sampleIds: readonly string[]): readonly Float64Array[] {
    return [this.#values.scaled(sampleIds)];
  }

  lossOfLearned(prediction: Tensor, values: Float64Array, weights: SampleWeights): Tensor {
    return targetLoss(this.#loss, prediction, values, weights);
  }

  startEvaluation(): TargetEvaluation {
    const metrics = new RegressionMetrics();
    const { transform } = this.#values;
    return {
      add: (prediction, sampleIds) =>
        metrics.add(
          pointPredictions(prediction, transform, this.#values.scaling(sampleIds)),
          this.#values.actual(sampleIds),
        ),
      scores: () => {
        const { valueCount: _values, ...scores } = metrics.scores();
        return { ...scores };
      },
    };
  }

  describe(): Omit<TargetSettings, 'countNormalization'> {
    const { column, transform, categories } = this.#values;
    const normalizeBy = categories === undefined ? {} : { normalizeBy: categories.columns };
    return {
      column,
      transform,
      ...normalizeBy,
      quantiles: this.#loss.kind === 'quantile' ? this.#loss.quantiles : null,
    };
  }

  contradiction({ outputWidth, outputActivation, quantileCount }: OutputConfig): readonly [string, string] | undefined {
    const quantiles = this.#loss.kind === 'quantile' ? this.#loss.quantiles.length : 0;
    if (outputWidth !== 1) return [`the predictor has ${outputWidth} outputs`, 'give it one'];
    if (outputActivation === 'logSoftmax')
      return ['the predictor is a classifier', 'give it another output activation'];
    if (quantiles === quantileCount) return undefined;
    return [`the predictor has ${quantileCount} quantiles, the loss ${quantiles}`, 'make them equal'];
  }
}
