// The loss of a numeric target by name, also with another one for single outputs.
import { add, scaleShift, slice, type Tensor } from '@seq/tensor';
import { trainError } from '../errors.js';
import { asymmetricLoss } from './asymmetric-loss.js';
import { huberLoss } from './huber-loss.js';
import { maeLoss } from './mae-loss.js';
import { mseLoss } from './mse-loss.js';
import { quantileLoss } from './quantile-loss.js';
import type { SampleWeights } from './sample-mean.js';

/** Squared or absolute error. */
export interface PlainTargetLoss {
  /** `mse`: mean of squares; `mae`: mean of absolute values. */
  readonly kind: 'mse' | 'mae';
}

/** Squared near the target, absolute beyond; see {@link huberLoss}. */
export interface HuberTargetLoss {
  /** The Huber loss. */
  readonly kind: 'huber';
  /** Error at which the quadratic part ends, in units of the transformed target. Default 1. */
  readonly delta?: number | undefined;
}

/** Absolute error that weighs both sides differently; see {@link asymmetricLoss}. */
export interface AsymmetricTargetLoss {
  /** The asymmetric loss. */
  readonly kind: 'asymmetric';
  /** Weight of predictions above the target. Default 1. */
  readonly over?: number | undefined;
  /** Weight of predictions below the target. Default 1. */
  readonly under?: number | undefined;
}

/** Pinball loss of quantiles; see {@link quantileLoss}. */
export interface QuantileTargetLoss {
  /** The quantile loss. */
  readonly kind: 'quantile';
  /** The quantiles, each in (0, 1). */
  readonly quantiles: readonly number[];
}

/** How the error of a numeric target is measured, as plain data. */
export type TargetLoss = PlainTargetLoss | HuberTargetLoss | AsymmetricTargetLoss | QuantileTargetLoss;

/** Options of {@link targetLoss}. */
export interface TargetLossOptions extends SampleWeights {
  /**
   * Loss of single outputs instead of `loss`, by index (`"0"`) or name; the index wins. Sample weights are then refused.
   * Default: none.
   */
  readonly perOutput?: Readonly<Record<string, 'mse' | 'mae' | 'huber'>> | undefined;
  /** Names of the outputs, for `perOutput`. Default: none. */
  readonly outputNames?: readonly string[] | undefined;
}

/**
 * The loss of a batch.
 *
 * @param loss - how errors are measured; the reference's default is `huber`.
 * @param prediction - [B, K], or [B, K, Q] for quantiles.
 * @param target - B·K values, row-major.
 * @returns one number without axes.
 * @throws SeqError `LOSS_INPUT` if shapes do not fit, or if `perOutput` comes with sample weights, with a loss that has
 * no single outputs or names an output that does not exist.
 */
export function targetLoss(
  loss: TargetLoss,
  prediction: Tensor,
  target: ArrayLike<number>,
  options: TargetLossOptions = {},
): Tensor {
  const { perOutput, sampleWeights } = options;
  if (perOutput !== undefined) return lossPerOutput(loss, prediction, target, { ...options, perOutput });
  switch (loss.kind) {
    case 'mse':
      return mseLoss(prediction, target, { sampleWeights });
    case 'mae':
      return maeLoss(prediction, target, { sampleWeights });
    case 'huber':
      return huberLoss(prediction, target, { sampleWeights, delta: loss.delta });
    case 'asymmetric':
      return asymmetricLoss(prediction, target, { sampleWeights, over: loss.over, under: loss.under });
    case 'quantile':
      return quantileLoss(prediction, target, { sampleWeights, quantiles: loss.quantiles });
  }
}

/** Mean over outputs of the mean over samples of each output's own loss. */
function lossPerOutput(
  loss: TargetLoss,
  prediction: Tensor,
  target: ArrayLike<number>,
  options: TargetLossOptions & { perOutput: NonNullable<TargetLossOptions['perOutput']> },
): Tensor {
  const { perOutput, outputNames = [], sampleWeights } = options;
  const [sampleCount = 0, outputs = 0] = prediction.shape;
  const keys = Array.from({ length: outputs }, (_, output) => [String(output), outputNames[output] ?? String(output)]);
  const strange = Object.keys(perOutput).find((key) => !keys.flat().includes(key));
  if (sampleWeights !== undefined || prediction.shape.length !== 2 || loss.kind === 'quantile' || strange) {
    throw trainError(
      'LOSS_INPUT',
      `targetLoss: perOutput names output ${strange ?? Object.keys(perOutput)[0]} with a ${loss.kind} loss, ` +
        `${sampleWeights === undefined ? 'no' : 'given'} sample weights and predictions [${prediction.shape.join(', ')}]; ` +
        'it needs predictions [B, outputs], existing outputs, no sample weights and no quantiles.',
    );
  }
  const losses = keys.map(([index, name], output) => {
    const kind = perOutput[index!] ?? perOutput[name!];
    const own = Float64Array.from({ length: sampleCount }, (_, sample) => target[sample * outputs + output]!);
    return targetLoss(kind === undefined ? loss : { kind }, slice(prediction, 1, output, output + 1), own);
  });
  return scaleShift(losses.reduce(add), 1 / outputs, 0);
}
