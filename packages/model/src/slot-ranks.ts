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
  const compare = (a: number, b: number): number =>
    slotCounts[b]! - slotCounts[a]! || compareReads(input, slotAsvs[a]!, slotAsvs[b]!);
  const ranks = new Uint32Array(slotAsvs.length);
  for (let i = 0; i + 1 < slotOffsets.length; i++) {
    const start = slotOffsets[i]!;
    const slots = Uint32Array.from({ length: slotOffsets[i + 1]! - start }, (_, k) => start + k);
    // Batches mostly come in this order already, and looking is much cheaper than sorting.
    if (slots.some((slot) => slot > start && compare(slot - 1, slot) > 0)) slots.sort(compare);
    for (const [rank, slot] of slots.entries()) ranks[slot] = rank;
  }
  return ranks;
}

function compareReads({ asvTokens, asvOffsets }: CommunityInput, a: number, b: number): number {
  const [startA, startB] = [asvOffsets[a]!, asvOffsets[b]!];
  const [lengthA, lengthB] = [asvOffsets[a + 1]! - startA, asvOffsets[b + 1]! - startB];
  const shared = Math.min(lengthA, lengthB);
  for (let i = 0; i < shared; i++) {
    const difference = asvTokens[startA + i]! - asvTokens[startB + i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}
