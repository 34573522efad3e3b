// Splits samples into training and validation, one by one or by whole groups. Knows no tables and no metadata.
import { Draws } from '../random/draws.js';
import { shuffledIndices } from '../random/shuffled.js';
import { requireSeed } from '../require-integer.js';
import { balanceGroups } from './balance-groups.js';
import { chooseGroups } from './choose-groups.js';
import { groupProfiles } from './group-profiles.js';
import {
  type GroupLabels,
  requireDistinctIds,
  requireFraction,
  requireLabelPerSample,
  type SampleSplit,
  samplesByGroup,
  splitImpossible,
} from './sample-split.js';
import { proportionalQuotas, type StratumLabels, shuffledStrata } from './stratify.js';

/** Options of {@link splitSamples}. */
export interface SplitSamplesOptions {
  /** Part of the samples for validation, between 0 and 1. */
  readonly fraction: number;
  /** Whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Label of each sample, such as its host; samples of one label stay on one side. Default: every sample by itself. */
  readonly groups?: GroupLabels | undefined;
  /**
   * Stratum of each sample, such as its diagnosis or the label of `quantileStrata`; both sides get their share of each.
   * Default: no strata.
   */
  readonly strata?: StratumLabels | undefined;
}

/**
 * Draws the samples for validation at random. Neither side is empty.
 *
 * - alone: `fraction` of the samples, rounded; every choice is equally likely.
 * - with `strata`: of every stratum the same fraction, rounded down or up so that the number of samples stays the same.
 * - with `groups`: whole groups that come as near to that number as their sizes allow.
 * - with both: whole groups; size and strata as near to the fraction as a greedy choice with improving moves finds them,
 *   and never worse balanced than with `groups` alone.
 *
 * Both lists are sorted by id, so that the result does not depend on the order of the samples.
 *
 * @throws SeqError `SPLIT_IMPOSSIBLE` for fewer than two samples or groups, `GROUP_MISSING`, `TABLE_ID_INVALID` for a sample
 *   given twice, `OPTION_INVALID`
 * @remarks scikit-learn refuses a stratum of a single sample; here it falls to one side.
 */
export function splitSamples(sampleIds: readonly string[], options: SplitSamplesOptions): SampleSplit {
  const { fraction, seed, groups, strata } = options;
  const asked = 'splitSamples';
  requireFraction(asked, fraction);
  requireSeed(asked, seed);
  requireDistinctIds(asked, sampleIds);
  if (strata !== undefined) requireLabelPerSample(asked, 'strata', sampleIds, strata);
  const draws = new Draws({ seed, purpose: 'split' });
  const wanted = Math.round(fraction * sampleIds.length);
  if (groups === undefined && strata !== undefined) {
    if (sampleIds.length < 2) throw splitImpossible(asked, sampleIds.length, 'sample', 2);
    return ofEveryStratum(
      shuffledStrata(sampleIds, strata, draws),
      Math.min(Math.max(wanted, 1), sampleIds.length - 1),
      draws,
    );
  }
  const members =
    groups === undefined ? [...sampleIds].sort().map((id) => [id]) : samplesByGroup(asked, sampleIds, groups);
  if (members.length < 2) throw splitImpossible(asked, members.length, groups === undefined ? 'sample' : 'group', 2);
  const shuffled = Array.from(shuffledIndices(members.length, draws), (i) => members[i]!);
  const chosen = new Set(
    chooseGroups(
      shuffled.map(({ length }) => length),
      wanted,
    ),
  );
  let parts = shuffled.map((_, i) => (chosen.has(i) ? 1 : 0));
  if (strata !== undefined) {
    const profiles = groupProfiles(shuffled, sampleIds, strata);
    parts = balanceGroups({ profiles, shares: [1 - fraction, fraction] }, parts) as (0 | 1)[];
  }
  const side = (part: 0 | 1): string[] =>
    shuffled
      .filter((_, i) => parts[i] === part)
      .flat()
      .sort();
  return { training: side(0), validation: side(1) };
}

function ofEveryStratum(strata: readonly (readonly string[])[], wanted: number, draws: Draws): SampleSplit {
  const quotas = proportionalQuotas(
    strata.map(({ length }) => length),
    wanted,
    draws,
  );
  return {
    training: strata.flatMap((ids, stratum) => ids.slice(quotas[stratum])).sort(),
    validation: strata.flatMap((ids, stratum) => ids.slice(0, quotas[stratum])).sort(),
  };
}
