// Scales target values for training and brings predictions back to the unit of the target. Knows no tables and no models.
import { categoryScales, requireCategories } from './category-zscore.js';
import { divisorOf } from './moments.js';
import { rankGaussScores, rankGaussValues } from './rank-gauss.js';
import { logarithms, requireFinite } from './require-target-values.js';
import type {
  CategoryLabels,
  MinmaxTransform,
  NoTransform,
  TargetTransform,
  ZscoreTransform,
} from './target-transform.js';

/** What a transform needs besides the values. */
export interface ScaleTargetsOptions {
  /** Category of each value; needed by `zscore-category` only. One that was not met in training counts as none. */
  readonly categories?: CategoryLabels | undefined;
}

/** Larger logarithms are taken for this one, so that a wild prediction stays a number. */
const mostLogarithm = 88;

/**
 * Values of the target as a model is trained on. Values outside the range of the training values are not cut off.
 *
 * @throws SeqError `TARGET_NOT_FINITE`, `TRANSFORM_UNDEFINED` for a logarithm of values of -1 or less, `OPTION_INVALID` where
 *   categories are needed and not given
 */
export function applyTargetTransform(
  transform: TargetTransform,
  values: ArrayLike<number>,
  { categories }: ScaleTargetsOptions = {},
): Float64Array {
  const asked = 'applyTargetTransform';
  requireFinite(asked, values);
  if (transform.kind === 'rank-gauss') return rankGaussScores(transform, values);
  if (transform.kind === 'zscore-category') {
    const scales = categoryScales(transform, requireCategories(asked, categories, values.length));
    return Float64Array.from(values, (value, i) => (value - scales[i]!.mean) / scales[i]!.divisor);
  }
  const { shift, scale } = shiftAndScale(transform);
  const scaled = takesLogarithm(transform) ? logarithms(asked, transform.kind, values) : Float64Array.from(values);
  return scaled.map((value) => (value - shift) / scale);
}

/**
 * Values in the unit of the target from what a model predicts. Logarithms above 88 are taken for 88; a prediction that
 * is not a number stays so.
 *
 * @throws SeqError `OPTION_INVALID` where categories are needed and not given
 */
export function invertTargetTransform(
  transform: TargetTransform,
  values: ArrayLike<number>,
  { categories }: ScaleTargetsOptions = {},
): Float64Array {
  if (transform.kind === 'rank-gauss') return rankGaussValues(transform, values);
  if (transform.kind === 'zscore-category') {
    const scales = categoryScales(transform, requireCategories('invertTargetTransform', categories, values.length));
    return Float64Array.from(values, (value, i) => value * scales[i]!.divisor + scales[i]!.mean);
  }
  const { shift, scale } = shiftAndScale(transform);
  const isLogarithm = takesLogarithm(transform);
  return Float64Array.from(values, (value) => {
    const unscaled = value * scale + shift;
    return isLogarithm ? Math.expm1(Math.min(unscaled, mostLogarithm)) : unscaled;
  });
}

function takesLogarithm({ kind }: TargetTransform): boolean {
  return kind.startsWith('log-');
}

/** The straight line of a transform, behind the logarithm if it takes one: (value - shift) / scale. */
export function shiftAndScale(transform: NoTransform | MinmaxTransform | ZscoreTransform): {
  readonly shift: number;
  readonly scale: number;
} {
  if (transform.kind === 'none') return { shift: 0, scale: 1 };
  if ('mean' in transform) return { shift: transform.mean, scale: divisorOf(transform.standardDeviation) };
  const { minimum, maximum } = transform;
  return { shift: minimum, scale: maximum === minimum ? 1 : maximum - minimum };
}
