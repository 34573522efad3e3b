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

/** Changes the counts or features of a sample. Pure: everything random comes from the draws. */
export interface CommunityStep {
  /** What it works on. */
  readonly acts: 'community';
  /** Its name. */
  readonly name: string;
  /** The changed community; the given one is left as it is. */
  readonly apply: (community: Community, draws: Draws, pool: CommunityPool | undefined) => Community;
}

/** Changes the bases of an ASV. Pure: everything random comes from the draws. */
export interface SequenceStep {
  /** What it works on. */
  readonly acts: 'sequence';
  /** Its name. */
  readonly name: string;
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
