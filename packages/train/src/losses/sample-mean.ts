// From errors per element to one number per batch, the one reduction of all target losses.
import { mean, mul, type Tensor } from '@seq/tensor';
import { constantLike } from './constant-like.js';

/** Options that every target loss has. */
export interface SampleWeights {
  /** One weight per sample, [B], at least 0. Default: all 1. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

/**
 * Mean over all elements; with weights, the mean over samples of weight times the sample's own mean. The sum is divided
 * by B, not by the sum of the weights, as in the PyTorch reference.
 *
 * @param errors - [B, ...].
 */
export function sampleMean(errors: Tensor, asked: string, { sampleWeights }: SampleWeights): Tensor {
  if (sampleWeights === undefined) return mean(errors);
  const shape = [errors.shape[0]!, ...errors.shape.slice(1).map(() => 1)];
  return mean(mul(errors, constantLike(errors, sampleWeights, { asked: `${asked}: sampleWeights`, shape })));
}
