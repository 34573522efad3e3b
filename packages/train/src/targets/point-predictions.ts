// Numbers per sample, in the unit of the target, from what a predictor says.
import { invertTargetTransform, type ScaleTargetsOptions, type TargetTransform } from '@seq/data';
import type { Tensor } from '@seq/tensor';

/**
 * One prediction per sample in the unit of the target.
 *
 * @param prediction - [B, 1], or [B, 1, Q] with quantiles, of which the middle one (index ⌊Q/2⌋) is taken.
 * @param scaling - categories of the samples, for a transform that needs them.
 */
export function pointPredictions(
  prediction: Tensor,
  transform: TargetTransform,
  scaling: ScaleTargetsOptions = {},
): Float64Array {
  const middle = Math.floor((prediction.shape[2] ?? 1) / 2);
  return quantilePredictions(prediction, transform, scaling)[middle]!;
}

/**
 * Every quantile of every sample in the unit of the target.
 *
 * @param prediction - [B, 1], which counts as a single quantile, or [B, 1, Q].
 * @returns one array of B numbers per quantile.
 */
export function quantilePredictions(
  prediction: Tensor,
  transform: TargetTransform,
  scaling: ScaleTargetsOptions = {},
): Float64Array[] {
  const [sampleCount = 0, , quantiles = 1] = prediction.shape;
  const values = prediction.toTypedArray();
  return Array.from({ length: quantiles }, (_, quantile) =>
    invertTargetTransform(
      transform,
      Float64Array.from({ length: sampleCount }, (_unused, sample) => values[sample * quantiles + quantile]!),
      scaling,
    ),
  );
}
