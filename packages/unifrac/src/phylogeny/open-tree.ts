// A tree file to a phylogeny, off the event loop. Knows no feature table.
import { isZip, mostFileBytes, openArtifact, quotedPath, readUnpacked, wrongArtifact } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { callNativeLater, SeqError } from '../native.js';
import type { ParseNewickOptions } from './parse-newick.js';
import { type Phylogeny, phylogenyOf } from './phylogeny.js';

/** Options of {@link openTree}. */
export interface OpenTreeOptions extends ParseNewickOptions {
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The tree of a Newick file, plain or gzip-compressed, or of a QIIME 2 artifact of type `Phylogeny[Rooted]`.
 *
 * @param path - path of the file; compression and artifacts are recognised by the content.
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_MALFORMED`, `FILE_FORMAT_UNKNOWN` for an artifact of another
 *   type, `TREE_NOT_ROOTED` for one that says so, and all that {@link parseNewick} throws.
 */
export async function openTree(path: string, options: OpenTreeOptions = {}): Promise<Phylogeny> {
  const bytes = await treeBytes(path, options.signal);
  try {
    const negativeAsZero = options.negativeLengths === 'zero';
    const handle = await callNativeLater((addon) => addon.parseNewickLater(bytes, negativeAsZero));
    options.signal?.throwIfAborted();
    return phylogenyOf(handle);
  } catch (error) {
    if (!(error instanceof SeqError)) throw error;
    const { code, details, message } = error;
    throw new SeqError(code, `${quotedPath(path)}: ${message}`, { details: { ...details, path }, cause: error });
  }
}

async function treeBytes(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = await readUnpacked(path, { signal: signal, mostBytes: mostFileBytes });
  if (!isZip(bytes)) return bytes;
  const { type, data } = await openArtifact(path, bytes);
  if (type === 'Phylogeny[Unrooted]') {
    const message = `${quotedPath(path)} holds an unrooted phylogeny. Root it first: qiime phylogeny midpoint-root.`;
    throw unifracError('TREE_NOT_ROOTED', message, { details: { path } });
  }
  if (type !== 'Phylogeny[Rooted]') throw wrongArtifact(path, 'a Phylogeny[Rooted]', type);
  return data('tree.nwk');
}
