// What is in a phylogeny.
import { openTree } from '@seq/unifrac';
import type { Description } from '../inspect-file.js';

/** Tips and branches. */
export async function describeTree(path: string): Promise<Description> {
  using tree = await openTree(path);
  return [
    ['kind', 'phylogeny (Newick)'],
    ['tips', tree.tipCount],
    ['nodes', tree.nodeCount],
    ['first tip', tree.tipNames[0] ?? '-'],
  ];
}
