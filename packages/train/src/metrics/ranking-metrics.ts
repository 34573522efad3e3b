// How well a score puts the samples of one class above those of the other.
import { trainError } from '../errors.js';

/** Area under the receiver operating characteristic of scores that arrive in chunks. */
export class RankingMetrics {
  readonly #scores: number[] = [];
  readonly #isPositive: boolean[] = [];

  /**
   * Takes in a chunk.
   *
   * @param scores - larger where class 1 is more likely.
   * @param actual - class of each sample, 0 or 1.
   * @throws SeqError `METRIC_INPUT` for other lengths, classes, or a score that is no number.
   */
  add(scores: ArrayLike<number>, actual: ArrayLike<number>): void {
    for (let i = 0; i < Math.max(scores.length, actual.length); i++) {
      const [score, label] = [scores[i], actual[i]];
      if (score === undefined || Number.isNaN(score) || (label !== 0 && label !== 1)) {
        const found = `found score ${score} of class ${label} at ${i}`;
        throw trainError('METRIC_INPUT', `RankingMetrics: ${found}; give one number per sample, and classes 0 and 1.`);
      }
      this.#scores.push(score);
      this.#isPositive.push(label === 1);
    }
  }

  /**
   * Probability that a random sample of class 1 has a larger score than a random one of class 0; ties count half. 0.5
   * if a class has no samples.
   *
   * @see Hanley & McNeil 1982, doi:10.1148/radiology.143.1.7063747
   */
  auc(): number {
    const order = [...this.#scores.keys()].sort((a, b) => this.#scores[a]! - this.#scores[b]!);
    let [pairs, below, positives] = [0, 0, 0];
    for (let start = 0; start < order.length; ) {
      let [end, tiedPositives] = [start, 0];
      while (end < order.length && this.#scores[order[end]!] === this.#scores[order[start]!]) {
        if (this.#isPositive[order[end]!]) tiedPositives += 1;
        end += 1;
      }
      const tiedNegatives = end - start - tiedPositives;
      pairs += tiedPositives * (below + tiedNegatives / 2);
      below += tiedNegatives;
      positives += tiedPositives;
      start = end;
    }
    return positives === 0 || below === 0 ? 0.5 : pairs / (positives * below);
  }
}
