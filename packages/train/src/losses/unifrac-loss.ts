// How far the distances between sample embeddings are from UniFrac distances.
import { pairwiseDistance, scaleShift, type Tensor, tanh, tensor } from '@seq/tensor';
import { squaredError } from './squared-error.js';

/** Options of {@link embeddingDistances} and {@link unifracLoss}. */
export interface EmbeddingDistancesOptions {
  /** Euclidean distance that maps to tanh(1) = 0.76. Default 10, as in the reference. */
  readonly scale?: number | undefined;
}

/**
 * Distances in [0, 1) between the embeddings of all pairs of samples: tanh(Euclidean distance / scale).
 *
 * @param embeddings - [B, D].
 * @returns condensed form, [B(B-1)/2]. Squared Euclidean distances below 1e-8 count as 1e-8 and pass no gradient.
 */
export function embeddingDistances(embeddings: Tensor, { scale = 10 }: EmbeddingDistancesOptions = {}): Tensor {
  return tanh(scaleShift(pairwiseDistance(embeddings), 1 / scale, 0));
}

/**
 * Mean over all pairs of samples of (embedding distance - UniFrac distance)²; 0 for a single sample.
 *
 * @param embeddings - [B, D].
 * @param target - distances in [0, 1], condensed form, B(B-1)/2 values.
 * @throws SeqError `LOSS_INPUT` if the number of distances differs; `TENSOR_VALUE` if an embedding is not finite.
 */
export function unifracLoss(
  embeddings: Tensor,
  target: ArrayLike<number>,
  options: EmbeddingDistancesOptions = {},
): Tensor {
  return distanceLoss(embeddingDistances(embeddings, options), target, 'unifracLoss');
}

/** Mean over all pairs of (found - wanted)²; 0 where there are none. */
export function distanceLoss(found: Tensor, wanted: ArrayLike<number>, asked: string): Tensor {
  if (found.size === 0 && wanted.length === 0) return tensor([0], [], { dtype: found.dtype });
  return squaredError(found, wanted, asked);
}
