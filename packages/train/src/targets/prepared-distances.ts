// Distances of a batch as a loss needs them: at once, in [0, 1], also where another thread computes them beforehand.
import type { CommunityBatch } from '@seq/data';
import { trainError } from '../errors.js';
import type { BatchDistances } from '../trainer/pretraining-objective.js';

/** Rounding of a distance that is 1. */
const SLACK = 1e-6;

/** Distances that are computed once per batch, and kept as long as the batch is. */
export class PreparedDistances {
  readonly #distances: BatchDistances;
  readonly #known = new WeakMap<CommunityBatch, Float64Array>();

  constructor(distances: BatchDistances) {
    this.#distances = distances;
  }

  /**
   * Computes the distances of a batch, those that take their time, too.
   *
   * @throws SeqError `TRAINING_DATA` for distances above 1.
   */
  async prepare(batch: CommunityBatch): Promise<void> {
    if (!this.#known.has(batch)) this.#keep(batch, await this.#distances(batch));
  }

  /** @throws SeqError `TRAINING_DATA` for distances above 1, or for those that take their time and were not prepared. */
  of(batch: CommunityBatch): Float64Array {
    const known = this.#known.get(batch);
    if (known !== undefined) return known;
    const found = this.#distances(batch);
    if (found instanceof Float64Array) return this.#keep(batch, found);
    found.catch(() => {});
    throw trainError(
      'TRAINING_DATA',
      'losses: the distances of the batch are computed on another thread; await `prepare` of the objective with it first.',
    );
  }

  #keep(batch: CommunityBatch, distances: Float64Array): Float64Array {
    const above = distances.find((distance) => !(distance <= 1 + SLACK));
    if (above !== undefined) {
      throw trainError(
        'TRAINING_DATA',
        `losses: a distance of the batch is ${above}, and only those from 0 to 1 can be learned; bring them there with ` +
          'boundedTargets.',
      );
    }
    this.#known.set(batch, distances);
    return distances;
  }
}
