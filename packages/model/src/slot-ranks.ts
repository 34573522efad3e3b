// The place of each ASV within its sample by abundance. It knows reads and counts, not tensors.
import type { CommunityInput } from './community-input.js';

/**
 * For each slot its rank within its sample: 0 for the ASV with the most reads. Equal read counts are ordered by the bases
 * themselves (unknown, A, C, G, T; shorter first), so that ranks do not depend on the order in which slots are given.
 *
 * @returns [n].
 */
export function abundanceRanks(input: CommunityInput): Uint32Array {
  const { slotOffsets, slotAsvs, slotCounts } = input;
  const readRanks = ranksOfReads(input);
  const ranks = new Uint32Array(slotAsvs.length);
  for (let i = 0; i + 1 < slotOffsets.length; i++) {
    const start = slotOffsets[i]!;
    const slots = Array.from({ length: slotOffsets[i + 1]! - start }, (_, k) => start + k);
    slots.sort((a, b) => slotCounts[b]! - slotCounts[a]! || readRanks[slotAsvs[a]!]! - readRanks[slotAsvs[b]!]!);
    for (const [rank, slot] of slots.entries()) ranks[slot] = rank;
  }
  return ranks;
}

/** The place of each distinct read in the order of its tokens; equal reads share one. */
function ranksOfReads({ asvTokens, asvOffsets, asvIds }: CommunityInput): Uint32Array {
  const compare = (a: number, b: number): number => {
    const [startA, startB] = [asvOffsets[a]!, asvOffsets[b]!];
    const [lengthA, lengthB] = [asvOffsets[a + 1]! - startA, asvOffsets[b + 1]! - startB];
    for (let i = 0; i < Math.min(lengthA, lengthB); i++) {
      const difference = asvTokens[startA + i]! - asvTokens[startB + i]!;
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  };
  const order = Array.from(asvIds.keys()).sort(compare);
  const ranks = new Uint32Array(order.length);
  for (const [place, read] of order.entries()) {
    const before = order[place - 1];
    ranks[read] = before !== undefined && compare(before, read) === 0 ? ranks[before]! : place;
  }
  return ranks;
}
