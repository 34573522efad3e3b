// A tree file to a phylogeny, off the event loop. Knows no feature table.
import { isZip, mostFileBytes, openArtifact, quotedPath, readUnpacked, wrongArtifact } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { callNativeLater, SeqError } from '../native.js';
import { type ParseNewickOptions, tellNotice } from './parse-newick.js';
import { type Phylogeny, phylogenyOf } from './phylogeny.js';
import { rootingArguments } from './tree-rooting.js';

/** Options of {@link openTree}. */
export interface OpenTreeOptions extends ParseNewickOptions {
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The tree of a Newick file, plain or gzip-compressed, or of a QIIME 2 artifact of type `Phylogeny[Rooted]`, or with a
 * `rooting` also of type `Phylogeny[Unrooted]`.
 *
 * @param path - path of the file; compression and artifacts are recognised by the content.
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_MALFORMED`, `FILE_FORMAT_UNKNOWN` for an artifact of another
 *   type, `TREE_NOT_ROOTED` for one that says so if no `rooting` is given, and all that {@link parseNewick} throws.
 */
export async function openTree(path: string, options: OpenTreeOptions = {}): Promise<Phylogeny> {
  const { rooting = 'as-is' } = options;
  const place = rooting === 'as-is' ? undefined : rootingArguments('openTree', rooting);
  const bytes = await treeBytes(path, options);
  try {
    const negativeAsZero = options.negativeLengths === 'zero';
    const handle = await callNativeLater((addon) => addon.parseNewickLater(bytes, negativeAsZero, place));
    options.signal?.throwIfAborted();
    const tree = phylogenyOf(handle);
    if (place === undefined) tellNotice(tree, options);
    return tree;
  } catch (error) {
    if (!(error instanceof SeqError) || error.code === 'NATIVE_NOT_AVAILABLE') throw error;
    const { code, details, message } = error;
    throw new SeqError(code, `${quotedPath(path)}: ${message}`, { details: { ...details, path }, cause: error });
  }
}

async function treeBytes(path: string, { rooting = 'as-is', signal }: OpenTreeOptions): Promise<Uint8Array> {
  const bytes = await readUnpacked(path, { signal, mostBytes: mostFileBytes });
  if (!isZip(bytes)) return bytes;
  const { type, data } = await openArtifact(path, bytes);
  if (type === 'Phylogeny[Unrooted]' && rooting === 'as-is') {
    const message = `${quotedPath(path)} holds an unrooted phylogeny. Say where its root shall be: rooting: 'midpoint' or an outgroup.`;
    throw unifracError('TREE_NOT_ROOTED', message, { details: { path } });
  }
  if (type !== 'Phylogeny[Rooted]' && type !== 'Phylogeny[Unrooted]')
    throw wrongArtifact(path, 'a Phylogeny[Rooted]', type);
  return data('tree.nwk');
}
