// The negative log-likelihood of class labels, with weights of classes and of samples.
import { add, mul, neg, nll, scaleShift, sum, type Tensor } from '@seq/tensor';
import { trainError } from '../errors.js';
import { constantLike } from './constant-like.js';
import type { SampleWeights } from './sample-mean.js';

/** Options of {@link classificationLoss}. */
export interface ClassificationLossOptions extends SampleWeights {
  /** One weight per class, at least 0. Default: all 1. */
  readonly classWeights?: ArrayLike<number> | undefined;
  /**
   * Share e of the target that is spread evenly over all K classes, in [0, 1): the loss is then 1 - e times that of the
   * label plus e / K times the sum of those of all classes, each with its weight. Default 0.
   */
  readonly labelSmoothing?: number | undefined;
}

/**
 * Without sample weights the mean of -ln p(label) weighted by class; with them the mean over samples of sample weight ·
 * class weight · -ln p(label), divided by B and not by the sum of the weights, as in the reference.
 *
 * @param logProbabilities - [B, K], rows of log-softmax.
 * @param labels - class indices, [B].
 * @throws SeqError `LOSS_INPUT` if lengths differ, a label is outside 0..K-1, or the smoothing outside [0, 1).
 * @see Szegedy et al. 2016, doi:10.1109/CVPR.2016.308, for label smoothing; with class weights as in PyTorch.
 */
export function classificationLoss(
  logProbabilities: Tensor,
  labels: Int32Array,
  { classWeights, sampleWeights, labelSmoothing = 0 }: ClassificationLossOptions = {},
): Tensor {
  const [sampleCount = 0, classCount = 0] = logProbabilities.shape;
  if (labels.length !== sampleCount || (classWeights !== undefined && classWeights.length !== classCount)) {
    throw trainError(
      'LOSS_INPUT',
      `classificationLoss: ${labels.length} labels and ${classWeights?.length ?? 'no'} class weights for predictions of ` +
        `shape [${logProbabilities.shape.join(', ')}]; give one label per sample and one weight per class.`,
    );
  }
  const strange = labels.findIndex((label) => !(label >= 0 && label < classCount));
  if (strange >= 0) {
    const found = `label ${labels[strange]} of sample ${strange} is none of the ${classCount} classes`;
    throw trainError('LOSS_INPUT', `classificationLoss: ${found}; give class indices from 0.`);
  }
  requireLabelSmoothing('classificationLoss', labelSmoothing);
  const perSample = Float64Array.from(labels, (label) => classWeights?.[label] ?? 1);
  const ofLabels = lossOfLabels(logProbabilities, labels, perSample, sampleWeights);
  if (labelSmoothing === 0) return ofLabels;
  // PyTorch divides the even part by the same sum of weights as the part of the labels.
  const divisor = sampleWeights === undefined ? perSample.reduce((total, weight) => total + weight, 0) : sampleCount;
  const even = new Float64Array(sampleCount * classCount);
  for (let i = 0; i < even.length; i++) {
    const sample = Math.floor(i / classCount);
    const weight = (classWeights?.[i % classCount] ?? 1) * (sampleWeights?.[sample] ?? 1);
    even[i] = weight / (divisor * classCount);
  }
  const ofAll = weightedSum('classificationLoss', logProbabilities, even);
  return add(scaleShift(ofLabels, 1 - labelSmoothing, 0), scaleShift(ofAll, labelSmoothing, 0));
}

function lossOfLabels(
  logProbabilities: Tensor,
  labels: Int32Array,
  perSample: Float64Array,
  sampleWeights: ArrayLike<number> | undefined,
): Tensor {
  const [sampleCount = 0, classCount = 0] = logProbabilities.shape;
  if (sampleWeights === undefined) return nll(logProbabilities, labels, { weights: perSample });
  const chosen = new Float64Array(sampleCount * classCount);
  labels.forEach((label, sample) => {
    chosen[sample * classCount + label] = (perSample[sample]! * (sampleWeights[sample] ?? Number.NaN)) / sampleCount;
  });
  return weightedSum('classificationLoss', logProbabilities, chosen);
}

/** Minus the sum over all elements of weight times log-probability. */
export function weightedSum(asked: string, logProbabilities: Tensor, weights: Float64Array): Tensor {
  return neg(sum(mul(logProbabilities, constantLike(logProbabilities, weights, { asked }))));
}

/** @throws SeqError `LOSS_INPUT` for a smoothing outside [0, 1). */
export function requireLabelSmoothing(asked: string, labelSmoothing: number): void {
  if (labelSmoothing >= 0 && labelSmoothing < 1) return;
  throw trainError('LOSS_INPUT', `${asked}: labelSmoothing is ${labelSmoothing}; give a share in [0, 1).`);
}
