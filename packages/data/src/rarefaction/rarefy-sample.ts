// Draws reads of one sample without replacement. Knows no tables, and no ids.
import type { Draws } from '../random/draws.js';

/** Few reads of more than this many are remembered one by one, since a byte for each read would take much memory. */
const manyReads = 2 ** 24;
const fewReads = 2 ** 22;

/**
 * Reads left of each feature when `depth` of a sample's reads are drawn without replacement, every set of reads being
 * equally likely (a multivariate hypergeometric draw).
 *
 * @param counts - whole numbers whose sum is at most 2^53 - 1 and at least `depth`; the caller has checked it.
 * @param depth - reads to keep.
 * @returns one count per entry of `counts`, zero where no read was drawn.
 */
export function rarefySample(counts: Float64Array, depth: number, draws: Draws): Float64Array {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  // Drawing the reads to lose instead of those to keep is the same, and cheaper beyond half.
  const drawsLosses = depth > total / 2;
  const drawn = drawsLosses ? total - depth : depth;
  const count = total > manyReads && drawn <= fewReads ? countBySet : countByMarks;
  const taken = count(counts, total, drawn, draws);
  if (drawsLosses) for (let i = 0; i < counts.length; i++) taken[i] = counts[i]! - taken[i]!;
  return taken;
}

// Both functions below draw distinct reads by Floyd's method: for each `last` a read up to it, or itself if that read is taken.
// Bentley & Floyd 1987, "Programming pearls: a sample of brilliance", doi:10.1145/30401.315746

function countByMarks(counts: Float64Array, total: number, drawn: number, draws: Draws): Float64Array {
  const isTaken = new Uint8Array(total);
  for (let last = total - drawn; last < total; last++) {
    const read = draws.below(last + 1);
    isTaken[isTaken[read] === 0 ? read : last] = 1;
  }
  const taken = new Float64Array(counts.length);
  let read = 0;
  for (let i = 0; i < counts.length; i++) {
    let found = 0;
    for (const end = read + counts[i]!; read < end; read++) found += isTaken[read]!;
    taken[i] = found;
  }
  return taken;
}

function countBySet(counts: Float64Array, total: number, drawn: number, draws: Draws): Float64Array {
  const reads = new Set<number>();
  for (let last = total - drawn; last < total; last++) {
    const read = draws.below(last + 1);
    reads.add(reads.has(read) ? last : read);
  }
  const sorted = Float64Array.from(reads).sort();
  const taken = new Float64Array(counts.length);
  let next = 0;
  let end = 0;
  for (let i = 0; i < counts.length; i++) {
    end += counts[i]!;
    const start = next;
    while (next < sorted.length && sorted[next]! < end) next += 1;
    taken[i] = next - start;
  }
  return taken;
}
