// The negative log-likelihood of samples that belong to several classes in parts, as mixing two samples makes them.
import type { Tensor } from '@seq/tensor';
import { trainError } from '../errors.js';
import { type ClassificationLossOptions, requireLabelSmoothing, weightedSum } from './classification-loss.js';

/**
 * With shares p of the classes, class weights w, N samples and smoothing e: minus the sum of w p' ln(probability), where p'
 * is (1 - e) p + e / K, divided by the sum of w p; with sample weights each sample's part times its weight, divided by N.
 * Where every sample is of one class it is {@link classificationLoss}.
 *
 * @param logProbabilities - [B, K], rows of log-softmax.
 * @param shares - share of each class in each sample, [B, K], at least 0, those of a sample adding up to 1.
 * @throws SeqError `LOSS_INPUT` if lengths differ or the smoothing is outside [0, 1).
 * @see Zhang et al. 2018, "mixup: Beyond empirical risk minimization", doi:10.48550/arXiv.1710.09412
 */
export function mixedClassLoss(
  logProbabilities: Tensor,
  shares: ArrayLike<number>,
  { classWeights, sampleWeights, labelSmoothing = 0 }: ClassificationLossOptions = {},
): Tensor {
  const [sampleCount = 0, classCount = 0] = logProbabilities.shape;
  const isFitting = shares.length === sampleCount * classCount && (classWeights?.length ?? classCount) === classCount;
  if (!isFitting || (sampleWeights?.length ?? sampleCount) !== sampleCount) {
    throw trainError(
      'LOSS_INPUT',
      `mixedClassLoss: ${shares.length} shares, ${classWeights?.length ?? 'no'} class weights and ` +
        `${sampleWeights?.length ?? 'no'} sample weights for predictions of shape [${logProbabilities.shape.join(', ')}]; ` +
        'give one share per prediction, one class weight per class and one sample weight per sample.',
    );
  }
  requireLabelSmoothing('mixedClassLoss', labelSmoothing);
  const weightOf = (i: number): number => classWeights?.[i % classCount] ?? 1;
  const total = Array.from(shares, (share, i) => weightOf(i) * share).reduce((all, weight) => all + weight, 0);
  const divisor = sampleWeights === undefined ? total : sampleCount;
  const weights = Float64Array.from(shares, (share, i) => {
    const ofSample = sampleWeights?.[Math.floor(i / classCount)] ?? 1;
    return (ofSample * weightOf(i) * ((1 - labelSmoothing) * share + labelSmoothing / classCount)) / divisor;
  });
  return weightedSum('mixedClassLoss', logProbabilities, weights);
}
