// Refuses a tree whose branches have no lengths: every distance from it would be 0. Knows no table.
import type { Phylogeny } from '@seq/unifrac';
import { InputError } from '../failure.js';

/**
 * Checks a tree that lengths are to be taken from.
 *
 * @param path - where it was read from, for the error.
 * @throws InputError if no branch is longer than 0.
 */
export function requireLengths({ tipCount, totalLength }: Phylogeny, path: string): void {
  if (tipCount < 2 || totalLength > 0) return;
  throw new InputError(
    `No branch of the tree ${JSON.stringify(path)} has a length above 0, so that all distances from it would be 0. ` +
      'Give the tree with its branch lengths.',
  );
}
