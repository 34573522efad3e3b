// Learns the statistics of a transform from training values. Knows no tables and no models.
import { dataError } from '../errors.js';
import { requireOneOf } from '../require-one-of.js';
import { fitCategoryZscore, requireCategories } from './category-zscore.js';
import { limits, moments } from './moments.js';
import { fitRankGauss } from './rank-gauss.js';
import { logarithms, requireFinite } from './require-target-values.js';
import { shiftAndScale } from './scale-targets.js';
import {
  type CategoryLabels,
  type CategoryZscoreTransform,
  type TargetTransform,
  type TargetTransformKind,
  targetTransformKinds,
} from './target-transform.js';

/**
 * Learns the statistics of a transform from training values.
 *
 * - `none` leaves values as they are;
 * - `minmax` maps them to [0, 1];
 * - `zscore` maps them to mean 0 and population standard deviation 1;
 * - `log-minmax`, `log-zscore` do so with ln(value + 1);
 * - `rank-gauss` gives the value of rank r among N the normal quantile of (r - 3/8) / (N + 1/4), so that outliers weigh
 *   little; equal values share their mean rank.
 *
 * Values that are all equal are only shifted, to 0.
 *
 * @param values - in the unit of the target; at least one.
 * @throws SeqError `TARGET_NOT_FINITE`, `TRANSFORM_UNDEFINED` for no values, for a logarithm of values of -1 or less, or
 *   for values too far apart, `OPTION_INVALID` for an unknown kind.
 * @remarks `rank-gauss` is continuous, unlike a table of ranks: straight lines join the scores of the training values (of
 *   1,001 evenly chosen ones if there are more). Beyond the training values it goes on with the mean slope of the whole,
 *   so that it has an inverse everywhere and a prediction is never cut off.
 * @see Beasley, Erickson & Allison 2009, "Rank-based inverse normal transformations are increasingly used, but are they
 *   merited?", doi:10.1007/s10519-009-9281-0
 */
export function fitTargetTransform(kind: TargetTransformKind, values: ArrayLike<number>): TargetTransform {
  const asked = 'fitTargetTransform';
  requireOneOf(asked, 'kind', kind, targetTransformKinds);
  requireSome(asked, values);
  const plain = Float64Array.from(values);
  if (kind === 'none') return { kind };
  if (kind === 'rank-gauss') {
    const transform = fitRankGauss(plain);
    if (Number.isFinite(transform.values.at(-1)! - transform.values[0]!)) return transform;
    throw tooFarApart(asked, kind);
  }
  const scaled = kind.startsWith('log-') ? logarithms(asked, kind, plain) : plain;
  const transform =
    kind === 'minmax' || kind === 'log-minmax' ? { kind, ...limits(scaled) } : { kind, ...moments(scaled) };
  if (Number.isFinite(shiftAndScale(transform).scale)) return transform;
  throw tooFarApart(asked, kind);
}

/** Options of {@link fitCategoryTransform}. */
export interface FitCategoryTransformOptions {
  /** Category of each value, such as its study; null where it has none. */
  readonly categories: CategoryLabels;
  /**
   * How strongly a small category is drawn towards the whole: as if that many values of the whole were in it. 0 takes every
   * category by itself. Default: 5.
   */
  readonly shrinkage?: number;
}

/**
 * Learns z-scores within categories: of every category mean and standard deviation, both drawn towards those of all values
 * the more, the fewer values it has. Values without a known category are scaled by all.
 *
 * @param values - in the unit of the target; at least one.
 * @throws SeqError `TARGET_NOT_FINITE`, `TRANSFORM_UNDEFINED` for no values or values too far apart, `OPTION_INVALID`
 * @remarks The reference takes every category by itself (shrinkage 0), so that a category with a single value divides by
 *   1e-8 and throws any other value of it out of every range; here a standard deviation below 1e-8 divides by 1.
 * @see Efron & Morris 1975, "Data analysis using Stein's estimator and its generalizations",
 *   doi:10.1080/01621459.1975.10479864
 */
export function fitCategoryTransform(
  values: ArrayLike<number>,
  { categories, shrinkage = 5 }: FitCategoryTransformOptions,
): CategoryZscoreTransform {
  const asked = 'fitCategoryTransform';
  requireSome(asked, values);
  requireCategories(asked, categories, values.length);
  if (!(shrinkage >= 0 && shrinkage < Number.POSITIVE_INFINITY)) {
    throw dataError('OPTION_INVALID', `${asked}: shrinkage is ${shrinkage}. Give a number of at least 0.`, {
      details: { option: 'shrinkage', value: shrinkage },
    });
  }
  const transform = fitCategoryZscore(Float64Array.from(values), categories, shrinkage);
  const isInRange = [transform, ...transform.categories].every(({ standardDeviation }) =>
    Number.isFinite(standardDeviation),
  );
  if (isInRange) return transform;
  throw tooFarApart(asked, 'zscore-category');
}

function requireSome(asked: string, values: ArrayLike<number>): void {
  requireFinite(asked, values);
  if (values.length > 0) return;
  throw dataError('TRANSFORM_UNDEFINED', `${asked}: no values are given. Give those of the training samples.`);
}

function tooFarApart(asked: string, kind: string): Error {
  return dataError('TRANSFORM_UNDEFINED', `${asked}: the values are too far apart for ${kind}. Use a log- transform.`);
}
