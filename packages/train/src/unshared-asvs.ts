// A batch in which every slot has a copy of its ASV, as the reference reads it. It knows no models.
import type { CommunityBatch } from '@seq/data';

/** A batch with ids of its own for random numbers. */
export interface UnsharedBatch extends CommunityBatch {
  /** One id per ASV, [U], by its sample and its feature. */
  readonly asvIds: Uint32Array;
}

/**
 * The batch with each ASV as often as slots hold it, one after the other, so that dropout and hidden bases are drawn for each slot
 * anew and not once per distinct ASV. Without random numbers models say the same of both, and this one takes longer.
 */
export function unsharedAsvs(batch: CommunityBatch): UnsharedBatch {
  const { asvFeatures, asvTokens, asvOffsets, slotAsvs, slotOffsets, sampleIndices } = batch;
  const offsets = new Uint32Array(slotAsvs.length + 1);
  slotAsvs.forEach((asv, slot) => {
    offsets[slot + 1] = offsets[slot]! + asvOffsets[asv + 1]! - asvOffsets[asv]!;
  });
  const tokens = new Int32Array(offsets.at(-1)!);
  const ids = new Uint32Array(slotAsvs.length);
  for (let sample = 0; sample + 1 < slotOffsets.length; sample++) {
    for (let slot = slotOffsets[sample]!; slot < slotOffsets[sample + 1]!; slot++) {
      const asv = slotAsvs[slot]!;
      tokens.set(asvTokens.subarray(asvOffsets[asv], asvOffsets[asv + 1]), offsets[slot]);
      ids[slot] = mixed(mixed(sampleIndices[sample]!) ^ asvFeatures[asv]!);
    }
  }
  return {
    ...batch,
    asvFeatures: slotAsvs.map((asv) => asvFeatures[asv]!),
    asvIds: ids,
    asvTokens: tokens,
    asvOffsets: offsets,
    slotAsvs: Uint32Array.from(slotAsvs.keys()),
  };
}

/**
 * Another number for every number of 32 bits, the finaliser of MurmurHash3.
 *
 * @see Appleby 2011, https://github.com/aappleby/smhasher
 */
function mixed(number: number): number {
  const first = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second ^ (second >>> 16)) >>> 0;
}
