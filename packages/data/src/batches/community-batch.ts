// What a batch holds: ragged typed arrays, every distinct ASV once. Knows no tensors.
import type { PackedSampleColumns } from './sample-columns.js';

/**
 * B samples of a dataset, with targets, weights and category codes where the dataset has them. Nothing is padded: what belongs to an ASV or a sample is found by offsets.
 *
 * U distinct ASVs with T tokens together; n places of ASVs in samples ("slots").
 */
export interface CommunityBatch extends PackedSampleColumns {
  /** Index of each sample in `sampleIds` of the dataset, [B]. */
  readonly sampleIndices: Uint32Array;
  /** Id of each sample, B texts. */
  readonly sampleIds: readonly string[];
  /** Reads of each sample after rarefaction, [B]; those of ASVs beyond the limit of ASVs are counted. */
  readonly sampleReads: Float64Array;
  /** Feature index of each distinct ASV, ascending, [U]. */
  readonly asvFeatures: Uint32Array;
  /** Tokens of the distinct ASVs end to end, [T]: START, then one per base; 0 for a letter other than A, C, G, T. */
  readonly asvTokens: Int32Array;
  /** ASV i owns tokens `asvOffsets[i]` to `asvOffsets[i + 1]`, [U + 1]. */
  readonly asvOffsets: Uint32Array;
  /** Sample i owns slots `slotOffsets[i]` to `slotOffsets[i + 1]`, [B + 1]; at least one. */
  readonly slotOffsets: Uint32Array;
  /** Which of the U distinct ASVs stands in a slot, [n]. */
  readonly slotAsvs: Uint32Array;
  /** Reads of the ASV in the sample after rarefaction, [n]. */
  readonly slotCounts: Float32Array;
  /** Sample i has the features from `presentOffsets[i]` to `presentOffsets[i + 1]`, [B + 1]. */
  readonly presentOffsets: Uint32Array;
  /** Feature indices of everything in the samples after rarefaction, ascending per sample, before the limit of ASVs. */
  readonly presentFeatures: Uint32Array;
  /** Reads of each of these after rarefaction. */
  readonly presentCounts: Float64Array;
}
