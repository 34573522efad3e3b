// Finds the ASVs of a batch that a model knows one by one, and how abundant they are. It knows no weights.
import { type CommunityInput, sampleOfSlot } from '../community-input.js';

/** The slots of a batch whose ASVs are known, k of them. */
export interface KnownSlots {
  /** Which known ASV stands in each, [k]. */
  readonly rows: Uint32Array;
  /** Number of its sample in the batch, [k]. */
  readonly samples: Uint32Array;
  /** Part of the sample's reads, in [0, 1], [k]; 0 in a sample whose counts are all zero. */
  readonly abundances: Float64Array;
}

const LETTERS = 'NACGT';
const START = 5;

/** ASVs by their bases, as many as are read of each; letters that are no base are all alike. */
export class KnownAsvs {
  /** How many ASVs were named. */
  readonly count: number;
  readonly #rows = new Map<string, number>();

  /**
   * @param asvs - DNA; of an ASV that is named twice, also by its first bases, the first place counts.
   * @param basesPerAsv - bases that are read of an ASV. Default: all.
   */
  constructor(asvs: readonly string[], basesPerAsv?: number) {
    this.count = asvs.length;
    for (const [row, dna] of asvs.entries()) {
      const bases = Array.from(dna.slice(0, basesPerAsv).toUpperCase(), (letter) => LETTERS.indexOf(letter));
      const key = keyOf(bases.map((base) => Math.max(base, 0)));
      if (!this.#rows.has(key)) this.#rows.set(key, row);
    }
  }

  /** The slots of a batch that hold known ASVs, in the order of the batch. */
  slotsOf(input: CommunityInput): KnownSlots {
    const { slotOffsets, slotAsvs, slotCounts } = input;
    const rowOfAsv = this.#rowsOf(input);
    const slots = Uint32Array.from(slotAsvs.keys()).filter((slot) => rowOfAsv[slotAsvs[slot]!]! >= 0);
    const sampleOf = sampleOfSlot(slotOffsets);
    const totals = new Float64Array(slotOffsets.length - 1);
    for (const [slot, count] of slotCounts.entries()) totals[sampleOf[slot]!]! += count;
    return {
      rows: slots.map((slot) => rowOfAsv[slotAsvs[slot]!]!),
      samples: slots.map((slot) => sampleOf[slot]!),
      abundances: Float64Array.from(slots, (slot) => slotCounts[slot]! / (totals[sampleOf[slot]!]! || 1)),
    };
  }

  /** For each ASV of a batch the place of the known one, or -1. */
  #rowsOf({ asvTokens, asvOffsets }: CommunityInput): Int32Array {
    return Int32Array.from({ length: asvOffsets.length - 1 }, (_, asv) => {
      const start = asvOffsets[asv]!;
      const bases = asvTokens.subarray(asvTokens[start] === START ? start + 1 : start, asvOffsets[asv + 1]);
      return this.#rows.get(keyOf(bases)) ?? -1;
    });
  }
}

/** Tokens as one text of as many letters. */
const keyOf = (bases: ArrayLike<number>): string => Buffer.from(Uint8Array.from(bases).buffer).toString('latin1');
