// Where the root of a tree shall be, and what to say of a tree that seems to have none. Knows no file.
import { quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import type { PhylogenyHandle } from '../native.js';

/** The root beside some tips. */
export interface OutgroupRooting {
  /** Names of these tips: not all, and one branch must part them from all others. */
  readonly outgroup: readonly string[];
}

/** Where the root of a tree shall be. */
export type TreeRooting =
  /** Where the text has it. */
  | 'as-is'
  /** Halfway of the longest path between two tips. */
  | 'midpoint'
  /** In the middle of the branch that parts these tips from all others. */
  | OutgroupRooting;

/** Something about a tree that its user should know. */
export interface TreeNotice {
  /** Children of the root; three or more is how programs write trees that have no root. */
  readonly rootChildCount: number;
  /** The same in words, with what can be done. */
  readonly message: string;
}

type RootingArguments = Parameters<PhylogenyHandle['rooted']>[0];

/** A rooting as the addon takes it. */
export function rootingArguments(asked: string, rooting: Exclude<TreeRooting, 'as-is'>): RootingArguments {
  if (rooting === 'midpoint') return {};
  const outgroup: unknown = (rooting as { readonly outgroup?: unknown } | null)?.outgroup;
  if (!Array.isArray(outgroup) || outgroup.length === 0) {
    const wanted = "'midpoint' or { outgroup: [names of tips] }";
    throw unifracError('OPTION_INVALID', `${asked}: rooting is ${JSON.stringify(rooting)}; it must be ${wanted}.`);
  }
  const broken = outgroup.find((name) => typeof name !== 'string' || name.includes('\0'));
  if (broken !== undefined) {
    throw unifracError('OPTION_INVALID', `${asked}: the outgroup has ${quoted(String(broken))}, which names no tip.`);
  }
  return { outgroup: outgroup.join('\0') };
}

/** What to say of a tree that is taken as it is, if anything. */
export function noticeOf(rootChildCount: number): TreeNotice | undefined {
  if (rootChildCount < 3) return undefined;
  const message =
    `The root of the tree has ${rootChildCount} children, as trees without a root are written. Distances count from ` +
    "there; root the tree with rooting: 'midpoint' or an outgroup if that place means nothing.";
  return { rootChildCount, message };
}
