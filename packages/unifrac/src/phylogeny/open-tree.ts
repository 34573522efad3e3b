// A tree file to a phylogeny, off the event loop. Knows no feature table.
import { readUnpacked } from '../files/read-file.js';
import { callNativeLater, SeqError } from '../native.js';
import { quoted } from '../quoted.js';
import type { ParseNewickOptions } from './parse-newick.js';
import { type Phylogeny, phylogenyOf } from './phylogeny.js';

/** Options of {@link openTree}. */
export interface OpenTreeOptions extends ParseNewickOptions {
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The tree of a Newick file, plain or gzip-compressed.
 *
 * @param path - path of the file; compression is recognised by the content.
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_MALFORMED`, and all that {@link parseNewick} throws.
 */
export async function openTree(path: string, options: OpenTreeOptions = {}): Promise<Phylogeny> {
  const bytes = await readUnpacked(path, options.signal);
  try {
    const negativeAsZero = options.negativeLengths === 'zero';
    const handle = await callNativeLater((addon) => addon.parseNewickLater(bytes, negativeAsZero));
    options.signal?.throwIfAborted();
    return phylogenyOf(handle);
  } catch (error) {
    if (!(error instanceof SeqError)) throw error;
    const { code, details, message } = error;
    throw new SeqError(code, `${quoted(path)}: ${message}`, { details: { ...details, path }, cause: error });
  }
}
