// Splits samples into training and validation, one by one or by whole groups. Knows no tables and no metadata.
import { Draws } from '../random/draws.js';
import { shuffledIndices } from '../random/shuffled.js';
import { requireSeed } from '../require-integer.js';
import { chooseGroups } from './choose-groups.js';
import {
  type GroupLabels,
  requireDistinctIds,
  requireFraction,
  type SampleSplit,
  samplesByGroup,
  splitImpossible,
} from './sample-split.js';

/** Options of {@link splitSamples}. */
export interface SplitSamplesOptions {
  /** Part of the samples for validation, between 0 and 1. */
  readonly fraction: number;
  /** Whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Label of each sample, such as its host; samples of one label stay on one side. Default: every sample by itself. */
  readonly groups?: GroupLabels | undefined;
}

/**
 * Draws the samples for validation at random. Neither side is empty.
 *
 * Without groups, `fraction` of the samples, rounded; every choice is equally likely. With groups, whole groups that come
 * as near to that number as their sizes allow. Both lists are sorted by id, so that the result does not depend on the
 * order of the samples.
 *
 * @throws SeqError `SPLIT_IMPOSSIBLE` for fewer than two samples or groups, `GROUP_MISSING`, `TABLE_ID_INVALID` for a sample
 *   given twice, `OPTION_INVALID`
 */
export function splitSamples(sampleIds: readonly string[], options: SplitSamplesOptions): SampleSplit {
  const { fraction, seed, groups } = options;
  const asked = 'splitSamples';
  requireFraction(asked, fraction);
  requireSeed(asked, seed);
  requireDistinctIds(asked, sampleIds);
  const members =
    groups === undefined ? [...sampleIds].sort().map((id) => [id]) : samplesByGroup(asked, sampleIds, groups);
  if (members.length < 2) throw splitImpossible(asked, members.length, groups === undefined ? 'sample' : 'group', 2);
  const shuffled = Array.from(
    shuffledIndices(members.length, new Draws({ seed, purpose: 'split' })),
    (i) => members[i]!,
  );
  const sizes = shuffled.map(({ length }) => length);
  const wanted = Math.round(fraction * sampleIds.length);
  const chosen = new Set(chooseGroups(sizes, wanted));
  const side = (isChosen: boolean): string[] =>
    shuffled
      .filter((_, i) => chosen.has(i) === isChosen)
      .flat()
      .sort();
  return { training: side(false), validation: side(true) };
}
