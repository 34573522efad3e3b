// A tiny batch of communities and configurations for tests, written out as literals.
import type { CommunityInput, EncoderConfigInput, PredictorConfigInput } from '@seq/model';

/** One read as letters, one sample as read numbers with counts. */
export interface TinyCommunity {
  readonly reads: readonly string[];
  readonly samples: readonly (readonly (readonly [read: number, count: number])[])[];
  /** Ids of reads and samples. Default: their places. */
  readonly readIds?: readonly number[];
  readonly sampleIds?: readonly number[];
  readonly categories?: CommunityInput['categories'];
}

const TOKENS: Readonly<Record<string, number>> = { A: 1, C: 2, G: 3, T: 4 };

/** Reads as tokens behind a start token; letters that are no base become 0. */
export function communityInput(community: TinyCommunity): CommunityInput {
  const { reads, samples, categories } = community;
  const tokens = reads.map((read) => [5, ...Array.from(read, (letter) => TOKENS[letter] ?? 0)]);
  const slots = samples.flat();
  return {
    asvTokens: Int32Array.from(tokens.flat()),
    asvOffsets: offsetsOf(tokens),
    asvIds: Uint32Array.from(community.readIds ?? reads.keys()),
    slotOffsets: offsetsOf(samples),
    slotAsvs: Uint32Array.from(slots, ([read]) => read),
    slotCounts: Float32Array.from(slots, ([, count]) => count),
    sampleIds: Uint32Array.from(community.sampleIds ?? samples.keys()),
    ...(categories === undefined ? {} : { categories }),
  };
}

function offsetsOf(lists: readonly (readonly unknown[])[]): Uint32Array {
  const offsets = new Uint32Array(lists.length + 1);
  for (const [i, list] of lists.entries()) offsets[i + 1] = offsets[i]! + list.length;
  return offsets;
}

/** Three samples over four reads of different lengths, one with an unknown base inside. */
export const threeSamples: TinyCommunity = {
  reads: ['ACGTAC', 'GGNTA', 'T', 'CATTACA'],
  samples: [
    [
      [0, 5],
      [1, 1],
      [3, 20],
    ],
    [[2, 7]],
    [
      [3, 2],
      [0, 1],
    ],
  ],
};

/** Width 8, 2 heads, one layer per stack. */
export const tinyEncoder: EncoderConfigInput = {
  embeddingWidth: 8,
  heads: 2,
  feedForwardWidth: 12,
  layers: { asv: 1, sample: 1, encoder: 1 },
  basesPerAsv: 8,
  maxAsvsPerSample: 4,
};

/** {@link tinyEncoder} under a predictor with one layer per stack. */
export const tinyPredictor: PredictorConfigInput = { base: tinyEncoder, layers: { count: 1, target: 1 } };
