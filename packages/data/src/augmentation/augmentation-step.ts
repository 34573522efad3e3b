// What a step of augmentation is, and the checks that steps share.
import { dataError } from '../errors.js';
import type { Draws } from '../random/draws.js';
import type { Community } from './community.js';

/** Other samples that a sample may be mixed with. */
export interface CommunityPool {
  /** How many there are. */
  readonly size: number;
  /** The community at an index below `size`. */
  readonly communityAt: (index: number) => Community;
}

/** What every step tells of itself. */
export interface StepDescription {
  /** Its name. */
  readonly name: string;
  /** The numbers that decide what it does, by name; plain data, as records of a run keep them. */
  readonly settings: Readonly<Record<string, number>>;
}

/** Changes the counts or features of a sample. Pure: everything random comes from the draws. */
export interface CommunityStep extends StepDescription {
  /** What it works on. */
  readonly acts: 'community';
  /** Whether it takes reads and labels from other samples, so that labels are no longer those of one sample. */
  readonly mixesSamples: boolean;
  /** The changed community; the given one is left as it is. */
  readonly apply: (community: Community, draws: Draws, pool: CommunityPool | undefined) => Community;
}

/** Changes the bases of an ASV. Pure: everything random comes from the draws. */
export interface SequenceStep extends StepDescription {
  /** What it works on. */
  readonly acts: 'sequence';
  /** The changed bases, as tokens: 1 to 4 for A, C, G, T, 0 for anything else; the given ones are left as they are. */
  readonly apply: (bases: Uint8Array, draws: Draws) => Uint8Array;
}

/** One step of augmentation. */
export type AugmentationStep = CommunityStep | SequenceStep;

/**
 * Refuses a number outside a range.
 *
 * @throws SeqError `OPTION_INVALID`
 */
export function requireBetween(
  asked: string,
  option: string,
  value: number,
  {
    minimum = 0,
    maximum = 1,
    above,
  }: { readonly minimum?: number; readonly maximum?: number; readonly above?: number } = {},
): void {
  if (value >= minimum && value <= maximum && !(above !== undefined && value <= above)) return;
  const range = `${above === undefined ? `from ${minimum}` : `above ${above}`}${maximum === Number.MAX_VALUE ? '' : ` to ${maximum}`}`;
  throw dataError('OPTION_INVALID', `${asked}: ${option} is ${value}. Give a number ${range}.`, {
    details: { option, value },
  });
}
