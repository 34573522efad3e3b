// Streaming classification metrics: a confusion matrix that grows with the classes it meets, and what follows from it.
import { trainError } from '../errors.js';

/** Precision, recall and their harmonic mean, each in [0, 1]. */
export interface PrecisionRecall {
  /** Of the samples that were said to be of a class, the fraction that are. */
  readonly precision: number;
  /** Of the samples of a class, the fraction that were said to be. */
  readonly recall: number;
  /** Harmonic mean of both. */
  readonly f1: number;
}

/** The scores of one class. */
export interface ClassScores extends PrecisionRecall {
  /** Samples that belong to the class. */
  readonly support: number;
}

/** What {@link ClassificationMetrics} reports; a ratio with denominator 0 is 0. */
export interface ClassificationScores {
  /** Samples seen. */
  readonly sampleCount: number;
  /** Fraction of the samples whose class was predicted. */
  readonly accuracy: number;
  /** Averages over classes weighted by support. */
  readonly weighted: PrecisionRecall;
  /** Plain averages over every class of the matrix, also those without samples. */
  readonly macro: PrecisionRecall;
  /** Plain averages over the classes that have samples. */
  readonly macroOfOccurring: PrecisionRecall;
  /** One entry per class, in index order. */
  readonly perClass: readonly ClassScores[];
}

/** Accuracy, precision, recall and F1 of class indices that arrive in chunks. */
export class ClassificationMetrics {
  #counts: number[][] = [];

  /**
   * @param classCount - classes known beforehand; others are added as they occur. Default 0.
   */
  constructor(classCount = 0) {
    this.#growTo(classCount);
  }

  /** Samples by actual class (row) and predicted class (column). */
  get confusionMatrix(): readonly (readonly number[])[] {
    return this.#counts;
  }

  /**
   * Takes in a chunk.
   *
   * @param predicted - predicted class indices, integers from 0.
   * @param actual - actual class indices, of the same length and order.
   * @throws SeqError `METRIC_INPUT` if the lengths differ or an index is no integer from 0.
   */
  add(predicted: ArrayLike<number>, actual: ArrayLike<number>): void {
    if (predicted.length !== actual.length) {
      throw trainError(
        'METRIC_INPUT',
        `ClassificationMetrics: ${predicted.length} predictions for ${actual.length} samples; give one for each.`,
      );
    }
    for (let i = 0; i < actual.length; i++) {
      const row = actual[i]!;
      const column = predicted[i]!;
      if (!Number.isInteger(row) || !Number.isInteger(column) || row < 0 || column < 0) {
        throw trainError(
          'METRIC_INPUT',
          `ClassificationMetrics: classes are integers from 0, found prediction ${column} for class ${row} at ${i}; ` +
            'give class indices.',
        );
      }
      this.#growTo(Math.max(row, column) + 1);
      this.#counts[row]![column]! += 1;
    }
  }

  /** Takes in everything another accumulator has seen. */
  merge(other: ClassificationMetrics): void {
    this.#growTo(other.#counts.length);
    other.#counts.forEach((row, i) => {
      row.forEach((count, j) => {
        this.#counts[i]![j]! += count;
      });
    });
  }

  /** The scores of everything seen so far. */
  scores(): ClassificationScores {
    const perClass = this.#counts.map((_row, index) => this.#classScores(index));
    const sampleCount = perClass.reduce((sum, { support }) => sum + support, 0);
    const correct = this.#counts.reduce((sum, row, i) => sum + row[i]!, 0);
    const ones = perClass.map(() => 1);
    const occurring = perClass.map(({ support }) => (support > 0 ? 1 : 0));
    return {
      sampleCount,
      accuracy: ratio(correct, sampleCount),
      weighted: average(
        perClass,
        perClass.map(({ support }) => support),
      ),
      macro: average(perClass, ones),
      macroOfOccurring: average(perClass, occurring),
      perClass,
    };
  }

  #classScores(index: number): ClassScores {
    const hits = this.#counts[index]![index]!;
    const support = this.#counts[index]!.reduce((sum, count) => sum + count, 0);
    const predicted = this.#counts.reduce((sum, row) => sum + row[index]!, 0);
    return {
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, predicted + support),
      support,
    };
  }

  #growTo(classCount: number): void {
    while (this.#counts.length < classCount) this.#counts.push([]);
    for (const row of this.#counts) while (row.length < this.#counts.length) row.push(0);
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function average(scores: readonly ClassScores[], weights: readonly number[]): PrecisionRecall {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (of: keyof PrecisionRecall): number =>
    ratio(
      scores.reduce((sum, score, i) => sum + score[of] * weights[i]!, 0),
      total,
    );
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}
