// What is in a FASTA file.
import { readFasta } from '@seq/data';
import type { Description } from '../inspect-file.js';
import { spread } from './spread.js';

/** Number and lengths of sequences. */
export async function describeSequences(path: string): Promise<Description> {
  const sequences = await readFasta(path);
  const texts = [...sequences.values()];
  return [
    ['kind', 'sequences'],
    ['sequences', sequences.size],
    ['distinct', new Set(texts).size],
    ['bases', spread(texts.map((text) => text.length))],
    ['with letters other than ACGT', texts.filter((text) => /[^ACGTUacgtu]/.test(text)).length],
  ];
}
