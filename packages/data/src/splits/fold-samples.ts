// Splits samples into folds for cross-validation, one by one or by whole groups.
import { Draws } from '../random/draws.js';
import { shuffledIndices } from '../random/shuffled.js';
import { requireInteger, requireSeed } from '../require-integer.js';
import {
  type GroupLabels,
  requireDistinctIds,
  type SampleSplit,
  samplesByGroup,
  splitImpossible,
} from './sample-split.js';

/** Options of {@link foldSamples}. */
export interface FoldSamplesOptions {
  /** How many folds; at least 2. */
  readonly folds: number;
  /** Whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Label of each sample, such as its host; samples of one label stay in one fold. Default: every sample by itself. */
  readonly groups?: GroupLabels | undefined;
}

/**
 * One split per fold; every sample is in the validation of exactly one.
 *
 * Without groups, folds differ by at most one sample. With groups, the largest group goes first and each to the fold that
 * is smallest so far. Lists are sorted by id, so that the result does not depend on the order of the samples.
 *
 * @throws SeqError `SPLIT_IMPOSSIBLE` for fewer samples or groups than folds, `GROUP_MISSING`, `TABLE_ID_INVALID` for a sample
 *   given twice, `OPTION_INVALID`
 */
export function foldSamples(sampleIds: readonly string[], options: FoldSamplesOptions): SampleSplit[] {
  const { folds: foldCount, seed, groups } = options;
  const asked = 'foldSamples';
  requireInteger(asked, 'folds', foldCount, { minimum: 2 });
  requireSeed(asked, seed);
  requireDistinctIds(asked, sampleIds);
  const members =
    groups === undefined ? [...sampleIds].sort().map((id) => [id]) : samplesByGroup(asked, sampleIds, groups);
  if (members.length < foldCount) {
    throw splitImpossible(asked, members.length, groups === undefined ? 'sample' : 'group', foldCount);
  }
  const shuffled = Array.from(
    shuffledIndices(members.length, new Draws({ seed, purpose: 'split' })),
    (i) => members[i]!,
  );
  const folds = Array.from({ length: foldCount }, (): string[] => []);
  for (const group of shuffled.sort((a, b) => b.length - a.length)) {
    folds.reduce((smallest, fold) => (fold.length < smallest.length ? fold : smallest)).push(...group);
  }
  return folds.map((fold) => ({
    training: folds
      .filter((other) => other !== fold)
      .flat()
      .sort(),
    validation: fold.sort(),
  }));
}
