// Streaming errors of predicted read counts, over the ASVs that are really there.
import { trainError } from '../errors.js';
import { RegressionMetrics, type RegressionSums } from './regression-metrics.js';

/** What {@link CountMetrics} reports, in the unit of the values it was given. */
export interface CountScores {
  /** Values that counted; the others are 0 if there are none. */
  readonly valueCount: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Mean squared error. */
  readonly mse: number;
}

/** MAE and MSE of the values whose mask is not 0, from chunks, in constant memory. */
export class CountMetrics {
  readonly #regression: RegressionMetrics;

  /**
   * @param sums - where an earlier accumulator stood. Default: nothing seen.
   */
  constructor(sums?: RegressionSums) {
    this.#regression = new RegressionMetrics(sums);
  }

  /** The accumulated sums. */
  get sums(): RegressionSums {
    return this.#regression.sums;
  }

  /**
   * Takes in a chunk.
   *
   * @param predicted - predicted values.
   * @param actual - actual values, of the same length and order.
   * @param mask - values at a 0 do not count. Default: all count.
   * @throws SeqError `METRIC_INPUT` if the lengths differ.
   */
  add(predicted: ArrayLike<number>, actual: ArrayLike<number>, mask?: ArrayLike<number>): void {
    if (mask === undefined) {
      this.#regression.add(predicted, actual);
      return;
    }
    if (mask.length !== predicted.length || mask.length !== actual.length) {
      throw trainError(
        'METRIC_INPUT',
        `CountMetrics: ${predicted.length} predictions, ${actual.length} counts and ${mask.length} mask values; ` +
          'give one of each per ASV.',
      );
    }
    const chosen = Array.from(mask, (flag, i) => (flag === 0 ? -1 : i)).filter((i) => i >= 0);
    this.#regression.add(
      chosen.map((i) => predicted[i]!),
      chosen.map((i) => actual[i]!),
    );
  }

  /** Takes in everything another accumulator has seen. */
  merge(other: CountMetrics): void {
    this.#regression.merge(other.#regression);
  }

  /** The scores of everything seen so far. */
  scores(): CountScores {
    const { valueCount, mae, mse } = this.#regression.scores();
    return { valueCount, mae, mse };
  }
}
