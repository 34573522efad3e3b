// The tips of a tree as ids that cover the features of a table. Knows no table.
import type { IdCover } from '@seq/data';
import { findTipsForLong, noTip, type Phylogeny } from './phylogeny.js';

/**
 * The tips of a tree for `matchInputs` of `@seq/data`, without a list of all their names, unless some of the others are to be named.
 *
 * @param tree - not disposed before the last use of the cover. It remembers the ids it was asked for, which must not change.
 * @throws SeqError `PHYLOGENY_DISPOSED`, also from every method of the cover.
 */
export function tipCover(tree: Phylogeny): IdCover {
  return {
    size: tree.tipCount,
    covers(ids) {
      const tips = findTipsForLong(tree, ids);
      const has = new Uint8Array(tips.length);
      for (let at = 0; at < tips.length; at++) has[at] = tips[at] === noTip ? 0 : 1;
      return has;
    },
    all: () => tree.tipNames,
  };
}
