// How far the distances between sample embeddings are from UniFrac distances.
import { mean, pairwiseDistance, scaleShift, square, sub, type Tensor, tanh, tensor } from '@seq/tensor';
import { constantLike } from './constant-like.js';

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
  const distances = embeddingDistances(embeddings, options);
  const wanted = constantLike(distances, target, { asked: 'unifracLoss' });
  if (target.length === 0) return tensor([0], [], { dtype: embeddings.dtype });
  return mean(square(sub(distances, wanted)));
}
