// Counts, for groups of samples, how many belong to each stratum.
import { type StratumLabels, stratumNumbers } from './stratify.js';

/**
 * Samples of each group in each stratum.
 *
 * @param groups - sample ids of each group.
 * @param sampleIds - ids in the order of `strata`.
 */
export function groupProfiles(
  groups: readonly (readonly string[])[],
  sampleIds: readonly string[],
  strata: StratumLabels,
): number[][] {
  const { numbers, count } = stratumNumbers(strata);
  const stratumOf = new Map(sampleIds.map((id, i) => [id, numbers[i]!]));
  return groups.map((ids) => {
    const profile = new Array<number>(count).fill(0);
    for (const id of ids) profile[stratumOf.get(id)!]! += 1;
    return profile;
  });
}
