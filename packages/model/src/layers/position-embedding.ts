// A learned vector for each position of a sequence. It knows only tensors.
import { add, gatherRows, type ParameterScope, SeqError, type Tensor } from '@seq/tensor';
import type { ModelErrorCode } from '../errors.js';
import { normalValues } from './initial-values.js';

/** Options of {@link PositionEmbedding}. */
export interface PositionEmbeddingOptions {
  /** Number of positions. */
  readonly length: number;
  /** Embedding width D. */
  readonly width: number;
}

/**
 * x + E[position].
 *
 * Parameters: `position_embedding.weight` [length, D], standard normal.
 */
export class PositionEmbedding {
  /** The table E, [length, D]. */
  readonly table: Tensor;
  /** Number of positions. */
  readonly length: number;

  constructor(scope: ParameterScope, { length, width }: PositionEmbeddingOptions) {
    this.table = scope.child('position_embedding').parameter('weight', [length, width], normalValues());
    this.length = length;
  }

  /**
   * Adds the embedding of each row's position.
   *
   * @param x - [T, D].
   * @param positions - T positions, each below the table's length.
   * @throws SeqError `INPUT_INVALID` naming the first row whose position has no embedding.
   */
  forward(x: Tensor, positions: Uint32Array): Tensor {
    const first = positions.findIndex((position) => position >= this.length);
    if (first >= 0) {
      throw new SeqError<ModelErrorCode>(
        'INPUT_INVALID',
        `PositionEmbedding: row ${first} has position ${positions[first]}, the table has ${this.length}. ` +
          'Shorten the sequences or build a model with a longer table.',
        { details: { row: first, position: positions[first], length: this.length } },
      );
    }
    return add(x, gatherRows(this.table, positions));
  }
}
