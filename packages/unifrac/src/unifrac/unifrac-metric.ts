// The kinds of UniFrac and their parameters. Knows no table.
import { unifracError } from '../errors.js';
import type { NativeAddon } from '../native.js';
import { oneOf } from '../one-of.js';

/**
 * Which distance between two samples. `L` is the length of a branch, `x` whether a sample has it, `p` the part of the
 * sample's reads below it; sums go over all branches but the root's.
 */
export type UnifracMetric =
  /** Branch length that one sample has alone, divided by the length that either has: in [0, 1]. */
  | 'unweighted'
  /** Branch length that one sample has alone, in the unit of the tree. */
  | 'unweightedUnnormalized'
  /** `sum L |p_i - p_j| / sum L (p_i + p_j)`: in [0, 1]. */
  | 'weightedNormalized'
  /** `sum L |p_i - p_j|`, in the unit of the tree. */
  | 'weightedUnnormalized'
  /** `sum L s^alpha |p_i - p_j| / s / sum L s^alpha` with `s = p_i + p_j`: in [0, 1]. */
  | 'generalized';

/** How precise distances are; both give the same bits for any threads, blocks and order of samples. */
export type UnifracPrecision =
  /**
   * Off by less than 1e-6: of the distance for normalised metrics, of the larger sample's branch length else. Sums of 32-bit
   * whole numbers, several to many times faster. The largest sample sets their unit, so the last bits may change with the
   * choice of samples. Samples too small for that unit are computed as `'exact'`, and so is variance adjustment of fractional
   * counts or of more than eight million reads in a sample; else it is in 32-bit floats.
   */
  | 'default'
  /** Off by less than 1e-12, and the same bits for any choice of samples. */
  | 'exact';

/** Options of every function that computes UniFrac. */
export interface UnifracMetricOptions {
  /** See {@link UnifracMetric}. Default `'unweighted'`. */
  readonly metric?: UnifracMetric | undefined;
  /**
   * Weight of abundant branches in `'generalized'`, in [0, 1]; 1 equals `'weightedNormalized'`, 0 is not `'unweighted'`.
   * Must be given for that metric, and only for it.
   */
  readonly alpha?: number | undefined;
  /**
   * Divides each branch by `sqrt(m_b (m - m_b))`, where `m_b` are the reads of both samples below it and `m` all their
   * reads; a branch with none or all of them below is left out. Default false.
   */
  readonly varianceAdjusted?: boolean | undefined;
  /** See {@link UnifracPrecision}. Default `'default'`. */
  readonly precision?: UnifracPrecision | undefined;
}

/** What the addon is told of a metric. */
export type MetricArguments = Parameters<InstanceType<NativeAddon['SpaceHandle']>['distances']>[1];

/** Whether a metric needs counts, and not only presence. */
export function needsCounts({ metric = 'unweighted', varianceAdjusted = false }: UnifracMetricOptions): boolean {
  return varianceAdjusted || !(metric === 'unweighted' || metric === 'unweightedUnnormalized');
}

const metrics: readonly UnifracMetric[] = [
  'unweighted',
  'unweightedUnnormalized',
  'weightedNormalized',
  'weightedUnnormalized',
  'generalized',
];

/** Checks the options of a metric and puts them as the addon takes them; `shape` is every two samples unless given. */
export function metricArguments(
  asked: string,
  { metric = 'unweighted', alpha, varianceAdjusted = false, precision }: UnifracMetricOptions,
  shape: Pick<MetricArguments, 'rows' | 'square'> = {},
): MetricArguments {
  if (!metrics.includes(metric)) {
    throw unifracError('OPTION_INVALID', `${asked}: there is no metric "${metric}"; there are ${metrics.join(', ')}.`);
  }
  const isAlphaFine = metric === 'generalized' ? alpha !== undefined && alpha >= 0 && alpha <= 1 : alpha === undefined;
  if (!isAlphaFine) {
    const wanted = metric === 'generalized' ? 'needs an alpha in [0, 1]' : 'takes no alpha';
    throw unifracError('OPTION_INVALID', `${asked}: metric "${metric}" ${wanted}; found ${alpha}.`);
  }
  const exact = oneOf(asked, { name: 'precision', given: precision, values: ['default', 'exact'] }) === 'exact';
  return { metric, alpha: alpha ?? 1, varianceAdjusted, exact, ...shape };
}
