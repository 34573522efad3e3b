// Negative log-likelihood of classes, from log-probabilities.
import type { Tensor } from '../tensor.js';
import { apply } from './apply.js';
import { type ClassLossOptions, rowWeights } from './class-loss-options.js';

/**
 * The weighted mean of minus each row's entry at its class: -Σ w_t p_t[class_t] / Σ w_t. 0 if all weights are 0. After
 * `logSoftmax` it is the same as `crossEntropy` of the scores.
 *
 * @param logProbabilities - floats, [T, V].
 * @param targets - T classes in [0, V); those of rows with weight 0 may be anything.
 * @returns one number without axes.
 * @throws SeqError `TENSOR_INDEX` naming the first class outside, `TENSOR_VALUE` for weights, `TENSOR_SHAPE`,
 * `TENSOR_DTYPE`, `TENSOR_DISPOSED`
 */
export function nll(logProbabilities: Tensor, targets: Int32Array, options: ClassLossOptions = {}): Tensor {
  return apply('nll', [logProbabilities], (addon, [rows]) => addon.nll(rows, targets, rowWeights(rows, options)));
}
