// A digest of what distances are computed from, by which parts of one matrix know each other.
import { createHash } from 'node:crypto';
import type { FeatureTable } from '@seq/data';
import type { Phylogeny } from '../phylogeny/phylogeny.js';

/** SHA-256 over ids, counts and the tree as Newick, in hexadecimal digits. */
export function fingerprintOf(table: FeatureTable, tree: Phylogeny): string {
  const hash = createHash('sha256');
  hash.update(`${table.sampleIds.length} ${table.featureIds.length}\n`);
  for (const ids of [table.sampleIds, table.featureIds]) hash.update(JSON.stringify(ids));
  for (const numbers of [table.sampleOffsets, table.featureIndices, table.counts]) {
    hash.update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  }
  hash.update(tree.toNewick());
  return hash.digest('hex');
}
