// Normal scores of ranks, and the way back, along straight lines between stored points. Knows no samples.
import { normalQuantile } from './normal-quantile.js';
import type { RankGaussTransform } from './target-transform.js';

/** More distinct values than this are thinned out evenly; the lines between them then stand for the rest. */
const mostPoints = 1001;

/**
 * The normal score of every distinct value: the normal quantile of (rank - 3/8) / (N + 1/4), the rank from 1, equal values
 * sharing the mean of their ranks.
 *
 * @param values - finite; at least one.
 */
export function fitRankGauss(values: Float64Array): RankGaussTransform {
  const sorted = values.map((value) => value + 0).sort();
  const distinct: number[] = [];
  const scores: number[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end += 1;
    const rank = (start + 1 + end) / 2;
    distinct.push(sorted[start]!);
    scores.push(normalQuantile((rank - 0.375) / (sorted.length + 0.25)));
    start = end;
  }
  if (distinct.length === 1) return { kind: 'rank-gauss', values: distinct, scores: [0] };
  const last = distinct.length - 1;
  const kept = Math.min(mostPoints, distinct.length);
  const places = Array.from({ length: kept }, (_, i) => Math.round((i * last) / (kept - 1)));
  return { kind: 'rank-gauss', values: places.map((i) => distinct[i]!), scores: places.map((i) => scores[i]!) };
}

/** Normal scores of values. */
export function rankGaussScores({ values, scores }: RankGaussTransform, of: ArrayLike<number>): Float64Array {
  return Float64Array.from(of, (value) => along(values, scores, value));
}

/** Values with the given normal scores. */
export function rankGaussValues({ values, scores }: RankGaussTransform, of: ArrayLike<number>): Float64Array {
  return Float64Array.from(of, (score) => along(scores, values, score));
}

/** The height at `x` of the lines through the points; beyond them, on with the mean slope of the whole. */
function along(xs: readonly number[], ys: readonly number[], x: number): number {
  const last = xs.length - 1;
  const slope = last === 0 ? 1 : (ys[last]! - ys[0]!) / (xs[last]! - xs[0]!);
  if (Number.isNaN(x)) return x;
  if (x <= xs[0]!) return ys[0]! + (x - xs[0]!) * slope;
  if (x >= xs[last]!) return ys[last]! + (x - xs[last]!) * slope;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (xs[middle]! <= x) low = middle;
    else high = middle;
  }
  const share = (x - xs[low]!) / (xs[high]! - xs[low]!);
  // Weighted from both ends, so that each end comes out exactly.
  return ys[low]! * (1 - share) + ys[high]! * share;
}
