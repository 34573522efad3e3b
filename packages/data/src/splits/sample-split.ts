// What a split is, and the checks that every way of splitting shares.
import { dataError } from '../errors.js';
import { counted, firstFew, quoted } from '../text/quoted.js';

/** Samples for training and samples for validation; no sample is in both. */
export interface SampleSplit {
  /** Ids of the samples that a model learns from. */
  readonly training: readonly string[];
  /** Ids of the samples that a model is judged by. */
  readonly validation: readonly string[];
}

/** One label per sample id; samples of one label stay together. */
export type GroupLabels = readonly (string | null | undefined)[];

/**
 * Every id is given once.
 *
 * @throws SeqError `TABLE_ID_INVALID`
 */
export function requireDistinctIds(asked: string, sampleIds: readonly string[]): void {
  const seen = new Set<string>();
  const repeated = sampleIds.filter((id) => seen.size === seen.add(id).size);
  if (repeated.length === 0) return;
  throw dataError(
    'TABLE_ID_INVALID',
    `${asked}: ${counted(repeated.length, 'sample id')} given before (first: ${firstFew(repeated)}). Give every sample once.`,
    { details: { count: repeated.length, first: repeated.slice(0, 3) } },
  );
}

/**
 * There is one label per sample.
 *
 * @throws SeqError `OPTION_INVALID`
 */
export function requireLabelPerSample(
  asked: string,
  what: 'groups' | 'strata',
  sampleIds: readonly string[],
  labels: readonly unknown[],
): void {
  if (labels.length === sampleIds.length) return;
  throw dataError(
    'OPTION_INVALID',
    `${asked}: ${what} has ${counted(labels.length, 'label')} for ${counted(sampleIds.length, 'sample')}. Give one per sample.`,
  );
}

/**
 * Samples by label; labels and the ids of each sorted, so that the order in which they were given does not matter.
 *
 * @throws SeqError `GROUP_MISSING` for a sample without a label, `OPTION_INVALID` for another number of labels than samples.
 */
export function samplesByGroup(asked: string, sampleIds: readonly string[], groups: GroupLabels): string[][] {
  requireLabelPerSample(asked, 'groups', sampleIds, groups);
  const unlabelled = sampleIds.filter((_, i) => (groups[i] ?? '') === '');
  if (unlabelled.length > 0) {
    throw dataError(
      'GROUP_MISSING',
      `${asked}: ${counted(unlabelled.length, 'sample')} of ${sampleIds.length} without a group (first: ` +
        `${firstFew(unlabelled)}). Label or leave out every such sample; a missing label may hide a relative.`,
      { details: { count: unlabelled.length, first: unlabelled.slice(0, 3) } },
    );
  }
  const members = new Map<string, string[]>();
  sampleIds.forEach((id, i) => {
    const group = members.get(groups[i]!);
    if (group === undefined) members.set(groups[i]!, [id]);
    else group.push(id);
  });
  return [...members.keys()].sort().map((label) => members.get(label)!.sort());
}

/** The error of too few samples or groups for what was asked. */
export function splitImpossible(asked: string, found: number, what: 'sample' | 'group', needed: number): Error {
  return dataError(
    'SPLIT_IMPOSSIBLE',
    `${asked}: there ${found === 1 ? 'is' : 'are'} ${counted(found, what)}, but at least ${needed} are needed, so that no part is empty. ` +
      `Give more ${what}s or ask for fewer parts.`,
    { details: { found, needed, what } },
  );
}

/**
 * A fraction between 0 and 1, both excluded.
 *
 * @throws SeqError `OPTION_INVALID`
 */
export function requireFraction(asked: string, fraction: number): void {
  if (fraction > 0 && fraction < 1) return;
  throw dataError(
    'OPTION_INVALID',
    `${asked}: fraction is ${quoted(String(fraction))}. Give the part of the samples for validation, between 0 and 1.`,
    { details: { option: 'fraction', value: fraction } },
  );
}
