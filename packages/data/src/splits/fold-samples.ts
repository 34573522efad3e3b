// Splits samples into folds for cross-validation, one by one or by whole groups.
import { Draws } from '../random/draws.js';
import { shuffledIndices } from '../random/shuffled.js';
import { requireInteger, requireSeed } from '../require-integer.js';
import { balanceGroups } from './balance-groups.js';
import { groupProfiles } from './group-profiles.js';
import {
  type GroupLabels,
  requireDistinctIds,
  requireLabelPerSample,
  type SampleSplit,
  samplesByGroup,
  splitImpossible,
} from './sample-split.js';
import { type StratumLabels, shuffledStrata } from './stratify.js';

/** Options of {@link foldSamples}. */
export interface FoldSamplesOptions {
  /** How many folds; at least 2. */
  readonly folds: number;
  /** Whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Label of each sample, such as its host; samples of one label stay in one fold. Default: every sample by itself. */
  readonly groups?: GroupLabels | undefined;
  /** Stratum of each sample, such as its diagnosis; every fold gets its share of each. Default: no strata. */
  readonly strata?: StratumLabels | undefined;
}

/**
 * One split per fold; every sample is in the validation of exactly one.
 *
 * Without groups, folds differ by at most one sample, and with strata also by at most one sample of each stratum. With
 * groups, the largest group goes first and each to the fold that is smallest so far; with both, folds are as balanced in
 * size and strata as a greedy choice with improving moves finds them, never worse than with groups alone. Lists are
 * sorted by id, so that the result does not depend on the order of the samples.
 *
 * @throws SeqError `SPLIT_IMPOSSIBLE` for fewer samples or groups than folds, `GROUP_MISSING`, `TABLE_ID_INVALID` for a sample
 *   given twice, `OPTION_INVALID`
 * @remarks A stratum with fewer samples than folds is missing in some of them.
 */
export function foldSamples(sampleIds: readonly string[], options: FoldSamplesOptions): SampleSplit[] {
  requireInteger('foldSamples', 'folds', options.folds, { minimum: 2 });
  requireSeed('foldSamples', options.seed);
  return dealFolds('foldSamples', sampleIds, options, 0);
}

/** The folds of `foldSamples`, drawn from the stream of number `stream`: 0 for its own, others for folds within folds. */
export function dealFolds(
  asked: string,
  sampleIds: readonly string[],
  { folds: foldCount, seed, groups, strata }: FoldSamplesOptions,
  stream: number,
): SampleSplit[] {
  requireDistinctIds(asked, sampleIds);
  if (strata !== undefined) requireLabelPerSample(asked, 'strata', sampleIds, strata);
  const draws = new Draws({ seed, purpose: 'split', epoch: stream });
  if (groups === undefined && strata !== undefined) {
    if (sampleIds.length < foldCount) throw splitImpossible(asked, sampleIds.length, 'sample', foldCount);
    // Dealt out like cards, stratum after stratum, so that strata and folds both come out even.
    const dealt = shuffledStrata(sampleIds, strata, draws).flat();
    return splitsOf(Array.from({ length: foldCount }, (_, fold) => dealt.filter((_, i) => i % foldCount === fold)));
  }
  const members =
    groups === undefined ? [...sampleIds].sort().map((id) => [id]) : samplesByGroup(asked, sampleIds, groups);
  if (members.length < foldCount) {
    throw splitImpossible(asked, members.length, groups === undefined ? 'sample' : 'group', foldCount);
  }
  const shuffled = Array.from(shuffledIndices(members.length, draws), (i) => members[i]!);
  shuffled.sort((a, b) => b.length - a.length);
  let parts = evenParts(
    shuffled.map(({ length }) => length),
    foldCount,
  );
  if (strata !== undefined) {
    const shares = new Array<number>(foldCount).fill(1 / foldCount);
    parts = balanceGroups({ profiles: groupProfiles(shuffled, sampleIds, strata), shares }, parts);
  }
  return splitsOf(Array.from({ length: foldCount }, (_, fold) => shuffled.filter((_, i) => parts[i] === fold).flat()));
}

/** Part of each size: the one that is smallest so far. */
function evenParts(sizes: readonly number[], partCount: number): number[] {
  const totals = new Array<number>(partCount).fill(0);
  return sizes.map((size) => {
    const smallest = totals.indexOf(Math.min(...totals));
    totals[smallest]! += size;
    return smallest;
  });
}

function splitsOf(folds: readonly string[][]): SampleSplit[] {
  return folds.map((fold) => ({
    training: folds
      .filter((other) => other !== fold)
      .flat()
      .sort(),
    validation: [...fold].sort(),
  }));
}
