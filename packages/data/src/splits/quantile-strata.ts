// Turns a numeric target into strata of about equal size. Knows numbers only.
import { dataError } from '../errors.js';
import { requireInteger } from '../require-integer.js';

/** Options of {@link quantileStrata}. */
export interface QuantileStrataOptions {
  /** How many strata at most; a whole number of at least 2. */
  readonly bins: number;
}

/**
 * A stratum label for each value: which of `bins` quantile intervals it lies in, `q1` for the smallest values.
 *
 * The limits are the values at ranks N / bins, 2 N / bins, ... of the sorted values, so that the strata are about equally
 * large. Equal values are always in one stratum; with many of them there are fewer strata than `bins`.
 *
 * @param values - finite numbers; NaN for a sample without a value, which gets the label null.
 * @throws SeqError `OPTION_INVALID` for bins that are no whole number of at least 2, `TARGET_NOT_FINITE` for an infinite value.
 */
export function quantileStrata(values: ArrayLike<number>, { bins }: QuantileStrataOptions): (string | null)[] {
  requireInteger('quantileStrata', 'bins', bins, { minimum: 2 });
  const all = Array.from(values);
  const infinite = all.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
  if (infinite !== -1) {
    throw dataError(
      'TARGET_NOT_FINITE',
      `quantileStrata: value ${infinite + 1} of ${all.length} is ${all[infinite]}. Give finite numbers, or NaN where there is none.`,
      { details: { index: infinite } },
    );
  }
  const sorted = Float64Array.from(all.filter((value) => !Number.isNaN(value))).sort();
  const places = Array.from({ length: bins - 1 }, (_, i) => Math.ceil(((i + 1) * sorted.length) / bins) - 1);
  const limits = [...new Set(places.filter((place) => place >= 0).map((place) => sorted[place]!))];
  return all.map((value) => {
    if (Number.isNaN(value)) return null;
    const bin = limits.findIndex((limit) => value <= limit);
    return `q${(bin === -1 ? limits.length : bin) + 1}`;
  });
}
