// Euclidean distances between rows.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';

/**
 * The Euclidean distance between every pair of rows: d(i, j) = sqrt(max(Σ (e_i - e_j)², 1e-8)). Pairs below the floor
 * send no gradient.
 *
 * @param embeddings - floats, [B, D].
 * @returns condensed form, [B (B - 1) / 2]: (0, 1), (0, 2), …, (1, 2), …
 * @throws SeqError `TENSOR_VALUE` naming the first row that is not finite; `TENSOR_SHAPE`, `TENSOR_DTYPE`,
 * `TENSOR_DISPOSED`
 */
export function pairwiseDistance(embeddings: Tensor): Tensor {
  return apply('pairwiseDistance', [embeddings], (addon, [embeddings]) => addon.pairwiseDistance(embeddings));
}
