// How a tree is read, by the settings: where its root shall be, what is done with negative lengths, and what is said of a tree
// that seems to have no root.
import type { OpenTreeOptions, TreeRooting } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';
import { UsageError } from '../../failure.js';

/** Options to open a tree with, as `--rooting`, `--outgroup` and `--negative-lengths` say; commands without these take the tree as it is. */
export function rootingOptions({ settings, progress, signal }: CommandContext): OpenTreeOptions {
  const asked = settings.textOrUnset('rooting') ?? 'as-is';
  const outgroup = settings.textsOrUnset('outgroup');
  if (outgroup !== undefined && asked !== 'as-is') {
    throw new UsageError('--outgroup: the tree is rooted either there or by --rooting. Give one of both.');
  }
  const rooting: TreeRooting = outgroup === undefined ? (asked as 'as-is' | 'midpoint') : { outgroup };
  const onNotice = ({ rootChildCount }: { readonly rootChildCount: number }): void =>
    progress.note(
      `the root of the tree has ${rootChildCount} children, as trees without a root are written; distances count from ` +
        'there. --rooting midpoint or --outgroup puts it elsewhere',
    );
  const negativeLengths = settings.textOrUnset('negative-lengths') === 'zero' ? 'zero' : 'error';
  return { rooting, negativeLengths, onNotice, signal };
}
