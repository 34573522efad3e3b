// Streaming regression metrics in float64: values come in chunks, accumulators of several streams merge.
import { trainError } from '../errors.js';

/** Accumulated sums of {@link RegressionMetrics}: plain data, for checkpoints and merges between workers. */
export interface RegressionSums {
  /** Values seen. */
  readonly valueCount: number;
  /** Sum of |predicted - actual|. */
  readonly absoluteError: number;
  /** Sum of (predicted - actual)². */
  readonly squaredError: number;
  /** Mean of the actual values. */
  readonly actualMean: number;
  /** Sum of squared deviations of the actual values from their mean. */
  readonly actualDeviation: number;
}

/** What {@link RegressionMetrics} reports, in the unit of the values it was given. */
export interface RegressionScores {
  /** Values seen; all other fields are 0 if there are none. */
  readonly valueCount: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Mean squared error. */
  readonly mse: number;
  /** Square root of the mean squared error. */
  readonly rmse: number;
  /** 1 - squared error / squared deviation of the actual values; 0 where these are all equal. */
  readonly r2: number;
}

const NOTHING: RegressionSums = {
  valueCount: 0,
  absoluteError: 0,
  squaredError: 0,
  actualMean: 0,
  actualDeviation: 0,
};

/**
 * MAE, MSE, RMSE and R² of values that arrive in chunks, in constant memory. Several outputs are pooled into one stream.
 *
 * @remarks Sums are float64 and the deviation is Welford's, so values far from 0 lose nothing; the PyTorch reference
 * rounds values to float32 first.
 * @see Welford 1962, doi:10.1080/00401706.1962.10490022; merging: Chan, Golub & LeVeque 1979, STAN-CS-79-773
 */
export class RegressionMetrics {
  #sums: RegressionSums;

  /**
   * @param sums - where an earlier accumulator stood. Default: nothing seen.
   */
  constructor(sums: RegressionSums = NOTHING) {
    this.#sums = { ...sums };
  }

  /** The accumulated sums. */
  get sums(): RegressionSums {
    return this.#sums;
  }

  /**
   * Takes in a chunk.
   *
   * @param predicted - predicted values, any length.
   * @param actual - actual values, of the same length and order.
   * @throws SeqError `METRIC_INPUT` if the lengths differ.
   */
  add(predicted: ArrayLike<number>, actual: ArrayLike<number>): void {
    if (predicted.length !== actual.length) {
      throw trainError(
        'METRIC_INPUT',
        `RegressionMetrics: ${predicted.length} predictions for ${actual.length} actual values; give one for each.`,
      );
    }
    let { valueCount, absoluteError, squaredError, actualMean, actualDeviation } = this.#sums;
    for (let i = 0; i < actual.length; i++) {
      const value = actual[i]!;
      const error = predicted[i]! - value;
      absoluteError += Math.abs(error);
      squaredError += error * error;
      valueCount += 1;
      const before = value - actualMean;
      actualMean += before / valueCount;
      actualDeviation += before * (value - actualMean);
    }
    this.#sums = { valueCount, absoluteError, squaredError, actualMean, actualDeviation };
  }

  /** Takes in everything another accumulator has seen. */
  merge(other: RegressionMetrics): void {
    const a = this.#sums;
    const b = other.sums;
    const valueCount = a.valueCount + b.valueCount;
    if (valueCount === 0) return;
    const shift = b.actualMean - a.actualMean;
    this.#sums = {
      valueCount,
      absoluteError: a.absoluteError + b.absoluteError,
      squaredError: a.squaredError + b.squaredError,
      actualMean: a.actualMean + (shift * b.valueCount) / valueCount,
      actualDeviation:
        a.actualDeviation + b.actualDeviation + (shift * shift * a.valueCount * b.valueCount) / valueCount,
    };
  }

  /** The scores of everything seen so far. */
  scores(): RegressionScores {
    const { valueCount, absoluteError, squaredError, actualDeviation } = this.#sums;
    if (valueCount === 0) return { valueCount, mae: 0, mse: 0, rmse: 0, r2: 0 };
    const mse = squaredError / valueCount;
    const r2 = actualDeviation === 0 ? 0 : 1 - squaredError / actualDeviation;
    return { valueCount, mae: absoluteError / valueCount, mse, rmse: Math.sqrt(mse), r2 };
  }
}
