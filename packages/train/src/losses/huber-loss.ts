// The Huber loss of predictions: quadratic near the target, linear beyond.
import { huber, sub, type Tensor } from '@seq/tensor';
import { constantLike } from './constant-like.js';
import { type SampleWeights, sampleMean } from './sample-mean.js';

/** Options of {@link huberLoss}. */
export interface HuberLossOptions extends SampleWeights {
  /** Error at which the quadratic part ends, in the unit of the target. Default 1. */
  readonly delta?: number | undefined;
}

/**
 * Mean of ½e² where |e| is below delta, and delta·(|e| - ½delta) elsewhere, with e = prediction - target.
 *
 * @param prediction - [B, K].
 * @param target - B·K values, row-major.
 * @throws SeqError `LOSS_INPUT` if the numbers of values differ.
 */
export function huberLoss(prediction: Tensor, target: ArrayLike<number>, options: HuberLossOptions = {}): Tensor {
  const error = sub(prediction, constantLike(prediction, target, { asked: 'huberLoss' }));
  return sampleMean(huber(error, { delta: options.delta ?? 1 }), 'huberLoss', options);
}
