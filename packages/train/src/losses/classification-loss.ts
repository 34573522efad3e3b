// The negative log-likelihood of class labels, with weights of classes and of samples.
import { mul, neg, nll, sum, type Tensor } from '@seq/tensor';
import { trainError } from '../errors.js';
import { constantLike } from './constant-like.js';
import type { SampleWeights } from './sample-mean.js';

/** Options of {@link classificationLoss}. */
export interface ClassificationLossOptions extends SampleWeights {
  /** One weight per class, at least 0. Default: all 1. */
  readonly classWeights?: ArrayLike<number> | undefined;
}

/**
 * Without sample weights the mean of -ln p(label) weighted by class; with them the mean over samples of sample weight ·
 * class weight · -ln p(label), divided by B and not by the sum of the weights, as in the reference.
 *
 * @param logProbabilities - [B, K], rows of log-softmax.
 * @param labels - class indices, [B].
 * @throws SeqError `LOSS_INPUT` if lengths differ or a label is outside 0..K-1.
 */
export function classificationLoss(
  logProbabilities: Tensor,
  labels: Int32Array,
  { classWeights, sampleWeights }: ClassificationLossOptions = {},
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
  const perSample = Float64Array.from(labels, (label) => classWeights?.[label] ?? 1);
  if (sampleWeights === undefined) return nll(logProbabilities, labels, { weights: perSample });
  const chosen = new Float64Array(sampleCount * classCount);
  labels.forEach((label, sample) => {
    chosen[sample * classCount + label] = (perSample[sample]! * (sampleWeights[sample] ?? Number.NaN)) / sampleCount;
  });
  return neg(sum(mul(logProbabilities, constantLike(logProbabilities, chosen, { asked: 'classificationLoss' }))));
}
