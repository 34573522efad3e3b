// Checks the options of distances without a tree and puts them as the addon takes them.
import type { FeatureTable } from '@seq/data';
import { unifracError } from '../errors.js';
import type { NativeAddon } from '../native.js';
import type { CommunityMetric, CommunityMetricOptions } from './community-matrix.js';

/** What the addon is told of a metric. */
export type CommunityMetricArguments = Parameters<NativeAddon['communityDistancesLater']>[1];

const metrics: readonly CommunityMetric[] = [
  'brayCurtis',
  'jaccard',
  'jaccardAbundance',
  'aitchison',
  'hellinger',
  'euclideanRelative',
];

/** A metric for so many features; `rows` first samples against the others, or every two of them. */
export function communityMetricArguments(
  asked: string,
  { featureCount }: Pick<FeatureTable, 'featureCount'>,
  { metric, pseudocount = 1 }: CommunityMetricOptions,
  rows?: number,
): CommunityMetricArguments {
  const refuse = (found: string): never => {
    throw unifracError('OPTION_INVALID', `${asked}: ${found}.`);
  };
  if (!metrics.includes(metric)) refuse(`there is no metric "${metric}"; there are ${metrics.join(', ')}`);
  if (!(pseudocount > 0 && pseudocount < Number.POSITIVE_INFINITY)) {
    refuse(`pseudocount is ${pseudocount}; it must be a finite number above 0`);
  }
  return { metric, pseudocount, featureCount, ...(rows === undefined ? {} : { rows }) };
}
