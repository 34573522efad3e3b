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

/** Codes of errors that are not about what is in the file, or name it already. */
const passing: ReadonlySet<string> = new Set(['NATIVE_NOT_AVAILABLE', 'FILE_FORMAT_UNKNOWN']);

/**
 * The tree of a Newick file, plain or gzip-compressed, or of a QIIME 2 artifact of type `Phylogeny[Rooted]`, or with a
 * `rooting` also of type `Phylogeny[Unrooted]`.
 *
 * @param path - path of the file; compression and artifacts are recognised by the content.
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_MALFORMED`, `FILE_FORMAT_UNKNOWN` for other text, such as a
 *   FASTA, or an artifact of another type, `TREE_NOT_ROOTED` for one that says so if no `rooting` is given, and all that {@link parseNewick} throws.
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
    refuseOtherText(tree, path);
    if (place === undefined) tellNotice(tree, options);
    return tree;
  } catch (error) {
    if (!(error instanceof SeqError) || passing.has(error.code)) throw error;
    const { code, details, message } = error;
    throw new SeqError(code, `${quotedPath(path)}: ${message}`, { details: { ...details, path }, cause: error });
  }
}

/** Newick takes any text without its signs for the name of the only tip; text over lines or columns is something else. */
function refuseOtherText(tree: Phylogeny, path: string): void {
  if (tree.tipCount !== 1 || !/[\n\r\t]/.test(tree.tipNames[0] ?? '')) return;
  tree.dispose();
  const message = `${quotedPath(path)} holds no tree in Newick form, such as "(a:1,b:2);", but other text. Give the file of the tree.`;
  throw unifracError('FILE_FORMAT_UNKNOWN', message, { details: { path } });
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
