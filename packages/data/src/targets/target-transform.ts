// Scales target values for training and brings predictions back to the unit of the target. Knows no tables and no models.
import { dataError } from '../errors.js';
import { requireOneOf } from '../require-one-of.js';

/** Names of the transforms; `log-` ones take ln(value + 1) first. */
export const targetTransformKinds = ['none', 'minmax', 'zscore', 'log-minmax', 'log-zscore'] as const;

/** One of {@link targetTransformKinds}. */
export type TargetTransformKind = (typeof targetTransformKinds)[number];

/** Leaves targets as they are. */
export interface NoTransform {
  /** Which transform it is. */
  readonly kind: 'none';
}

/** Maps the range of the training values to [0, 1]. */
export interface MinmaxTransform {
  /** Which transform it is. */
  readonly kind: 'minmax' | 'log-minmax';
  /** Smallest training value, or logarithm. */
  readonly minimum: number;
  /** Largest training value, or logarithm. */
  readonly maximum: number;
}

/** Maps the training values to mean 0 and standard deviation 1. */
export interface ZscoreTransform {
  /** Which transform it is. */
  readonly kind: 'zscore' | 'log-zscore';
  /** Mean of the training values, or of their logarithms. */
  readonly mean: number;
  /** Population standard deviation of the training values, or of their logarithms. */
  readonly standardDeviation: number;
}

/** A transform with the statistics it was fitted to; plain data that survives JSON. */
export type TargetTransform = NoTransform | MinmaxTransform | ZscoreTransform;

/** A smaller standard deviation counts as none. */
const leastDeviation = 1e-8;
/** Larger logarithms are taken for this one, so that a wild prediction stays a number. */
const mostLogarithm = 88;

/**
 * Learns the statistics of a transform from training values.
 *
 * `minmax` maps the training values to [0, 1]; `zscore` to mean 0 and population standard deviation 1. Values that are
 * all equal are only shifted, to 0.
 *
 * @param values - in the unit of the target; at least one.
 * @throws SeqError `TARGET_NOT_FINITE`, `TRANSFORM_UNDEFINED` for no values, for a logarithm of values of -1 or less, or
 *   for values too far apart, `OPTION_INVALID` for an unknown kind.
 */
export function fitTargetTransform(kind: TargetTransformKind, values: ArrayLike<number>): TargetTransform {
  requireOneOf('fitTargetTransform', 'kind', kind, targetTransformKinds);
  requireFinite('fitTargetTransform', values);
  if (values.length === 0) {
    throw dataError(
      'TRANSFORM_UNDEFINED',
      'fitTargetTransform: no values are given. Give those of the training samples.',
    );
  }
  const scaled = takesLogarithm(kind) ? logarithms('fitTargetTransform', kind, values) : Float64Array.from(values);
  if (kind === 'none') return { kind };
  const transform =
    kind === 'minmax' || kind === 'log-minmax' ? { kind, ...limits(scaled) } : { kind, ...moments(scaled) };
  if (Number.isFinite(shiftAndScale(transform).scale)) return transform;
  throw dataError(
    'TRANSFORM_UNDEFINED',
    `fitTargetTransform: the values are too far apart for ${kind}. Use a log- transform.`,
  );
}

/**
 * Values of the target as a model is trained on. Values outside the range of the training values are not cut off.
 *
 * @throws SeqError `TARGET_NOT_FINITE`, `TRANSFORM_UNDEFINED` for a logarithm of values of -1 or less
 */
export function applyTargetTransform(transform: TargetTransform, values: ArrayLike<number>): Float64Array {
  requireFinite('applyTargetTransform', values);
  const { shift, scale } = shiftAndScale(transform);
  const scaled = takesLogarithm(transform.kind)
    ? logarithms('applyTargetTransform', transform.kind, values)
    : Float64Array.from(values);
  return scaled.map((value) => (value - shift) / scale);
}

/**
 * Values in the unit of the target from what a model predicts. Logarithms above 88 are taken for 88; a prediction that
 * is not a number stays so.
 */
export function invertTargetTransform(transform: TargetTransform, values: ArrayLike<number>): Float64Array {
  const { shift, scale } = shiftAndScale(transform);
  const isLogarithm = takesLogarithm(transform.kind);
  return Float64Array.from(values, (value) => {
    const unscaled = value * scale + shift;
    return isLogarithm ? Math.expm1(Math.min(unscaled, mostLogarithm)) : unscaled;
  });
}

function takesLogarithm(kind: TargetTransformKind): boolean {
  return kind.startsWith('log-');
}

function shiftAndScale(transform: TargetTransform): { readonly shift: number; readonly scale: number } {
  if (transform.kind === 'none') return { shift: 0, scale: 1 };
  if ('mean' in transform) {
    const { mean, standardDeviation } = transform;
    return { shift: mean, scale: standardDeviation < leastDeviation ? 1 : standardDeviation };
  }
  const { minimum, maximum } = transform;
  return { shift: minimum, scale: maximum === minimum ? 1 : maximum - minimum };
}

/** Smallest and largest value; adding zero turns -0, which JSON cannot hold, into 0. */
function limits(values: Float64Array): { readonly minimum: number; readonly maximum: number } {
  return { minimum: values.reduce((a, b) => Math.min(a, b)) + 0, maximum: values.reduce((a, b) => Math.max(a, b)) + 0 };
}

/** Mean and population standard deviation, in two passes. */
function moments(values: Float64Array): { readonly mean: number; readonly standardDeviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, standardDeviation: Math.sqrt(variance) };
}

function requireFinite(asked: string, values: ArrayLike<number>): void {
  const found = Array.from(values);
  const first = found.findIndex((value) => !Number.isFinite(value));
  if (first === -1) return;
  const count = found.filter((value) => !Number.isFinite(value)).length;
  throw dataError(
    'TARGET_NOT_FINITE',
    `${asked}: ${count} of ${found.length} target values are no finite numbers (first: ${found[first]}, number ${first + 1}). ` +
      'Leave out samples without a target.',
    { details: { index: first, value: found[first], count } },
  );
}

function logarithms(asked: string, kind: TargetTransformKind, values: ArrayLike<number>): Float64Array {
  const found = Array.from(values);
  const first = found.findIndex((value) => value <= -1);
  if (first === -1) return Float64Array.from(found, Math.log1p);
  const count = found.filter((value) => value <= -1).length;
  throw dataError(
    'TRANSFORM_UNDEFINED',
    `${asked}: ${kind} takes ln(value + 1), but ${count} of ${found.length} target values are -1 or less (first: ` +
      `${found[first]}, number ${first + 1}). Choose minmax, zscore or none.`,
    { details: { index: first, value: found[first], count } },
  );
}
