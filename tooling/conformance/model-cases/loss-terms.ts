// Each term of a model vector's loss, by the loss functions that training uses.
import type { Tensor } from '@seq/tensor';
import {
  baseLoss,
  classificationLoss,
  countLoss,
  nucleotideLoss,
  type TargetLoss,
  targetLoss,
  unifracLoss,
} from '@seq/train';
import type { CaseOutputs } from './case-model.js';
import type { VectorLoss } from './model-configuration.js';
import { type PaddedInputs, pickRows, type RaggedBatch } from './padded-batch.js';

/** The target's loss, if the model predicts one. */
export function targetTerm(outputs: CaseOutputs, loss: VectorLoss, inputs: PaddedInputs): Tensor | undefined {
  const prediction = outputs.target_prediction;
  const target = inputs.get('target');
  if (prediction === undefined || target === undefined) return undefined;
  const weights = loss.use_sample_weights ? { sampleWeights: inputs.get('sample_weights')!.toNumbers() } : {};
  if (loss.target === undefined) {
    const classes = loss.class_weights === undefined ? {} : { classWeights: loss.class_weights };
    return classificationLoss(prediction, target.toInt32(), { ...weights, ...classes });
  }
  return targetLoss(lossKind(loss), prediction, target.toNumbers(), weights);
}

function lossKind({ target, quantiles = [], over, under }: VectorLoss): TargetLoss {
  switch (target) {
    case 'quantile':
      return { kind: 'quantile', quantiles };
    case 'asymmetric':
      return { kind: 'asymmetric', ...(over === undefined ? {} : { over }), ...(under === undefined ? {} : { under }) };
    case 'mse':
    case 'mae':
    case 'huber':
      return { kind: target };
    default:
      throw new Error(`the target loss ${target} is not known`);
  }
}

/** The count head's loss over the slots that exist. */
export function countTerm(outputs: CaseOutputs, inputs: PaddedInputs, { slotRows }: RaggedBatch): Tensor | undefined {
  const prediction = outputs.count_prediction;
  const counts = inputs.get('counts');
  if (prediction === undefined || counts === undefined) return undefined;
  return countLoss(prediction, pickRows(counts.toNumbers(), slotRows, 1));
}

/** The base model's loss: of its head if it has one, else of the distances between embeddings. */
export function baseTerm(outputs: CaseOutputs, isUnifrac: boolean, inputs: PaddedInputs): Tensor | undefined {
  const target = inputs.get('base_target');
  if (target === undefined) return undefined;
  const { base_prediction: prediction, embeddings } = outputs;
  if (!isUnifrac) return prediction === undefined ? undefined : baseLoss(prediction, target.toNumbers());
  return embeddings === undefined ? undefined : unifracLoss(embeddings, upperTriangle(target.toNumbers()));
}

/** The condensed form of a square matrix. */
function upperTriangle(matrix: Float64Array): Float64Array {
  const size = Math.sqrt(matrix.length);
  const condensed: number[] = [];
  for (let i = 0; i < size; i++) condensed.push(...matrix.subarray(i * size + i + 1, (i + 1) * size));
  return Float64Array.from(condensed);
}

/** The loss of hidden bases, or of all visible tokens where the case hides none. */
export function nucleotideTerm(outputs: CaseOutputs, batch: RaggedBatch, isMasked: boolean): Tensor | undefined {
  const logits = outputs.nuc_predictions;
  if (logits === undefined) return undefined;
  const { maskedPositions } = batch;
  const masked = isMasked && maskedPositions !== undefined ? { maskedPositions } : {};
  return nucleotideLoss(logits, batch.input.asvTokens, masked);
}
