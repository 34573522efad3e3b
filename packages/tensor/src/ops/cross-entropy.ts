// Cross-entropy of classes, from scores.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';
import { type ClassLossOptions, rowWeights } from './class-loss-options.js';

/**
 * The weighted mean of minus the log-probability of each row's class: Σ w_t (ln Σ e^x_t - x_t[class_t]) / Σ w_t. 0 if
 * all weights are 0.
 *
 * @param logits - scores, floats, [T, V].
 * @param targets - T classes in [0, V); those of rows with weight 0 may be anything.
 * @returns one number without axes.
 * @throws SeqError `TENSOR_INDEX` naming the first class outside, `TENSOR_VALUE` for weights, `TENSOR_SHAPE`,
 * `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function crossEntropy(logits: Tensor, targets: Int32Array, options: ClassLossOptions = {}): Tensor {
  return apply('crossEntropy', [logits], (addon, [rows]) =>
    addon.crossEntropy(rows, targets, rowWeights(rows, options)),
  );
}
