// Checks target values before they are scaled.
import { dataError } from '../errors.js';

/**
 * Every value is a finite number.
 *
 * @throws SeqError `TARGET_NOT_FINITE` naming the first one and its place.
 */
export function requireFinite(asked: string, values: ArrayLike<number>): void {
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

/**
 * ln(value + 1) of every value.
 *
 * @throws SeqError `TRANSFORM_UNDEFINED` for values of -1 or less.
 */
export function logarithms(asked: string, kind: string, values: ArrayLike<number>): Float64Array {
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
