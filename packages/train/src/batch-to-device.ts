// The one place where batches of @seq/data become input of @seq/model. Everything else knows only one of the two.
import { type CommunityBatch, normalizeCounts } from '@seq/data';
import type { CommunityInput, EncoderConfig } from '@seq/model';

/** What of a model decides what it reads of a batch. */
export type ReadByModel = Pick<EncoderConfig, 'countEmbedding' | 'countScale'>;

/** A batch; its ASVs may have other ids for random numbers than their features. */
export type BatchWithIds = CommunityBatch & {
  /** Ids of the ASVs for random numbers, one per ASV of the batch. Default: their features. */
  readonly asvIds?: Uint32Array;
};

/**
 * A batch as the model reads it. Feature and sample indices become the ids of its random numbers, so what an ASV or a
 * sample draws does not depend on the batch it is in.
 *
 * @param batch - arrays are taken over, not copied.
 * @param model - the configuration of the model; read counts come on its scale. Default: one that needs no scale.
 */
export function batchToDevice(batch: BatchWithIds, model?: ReadByModel): CommunityInput {
  const { asvTokens, asvOffsets, asvFeatures, slotOffsets, slotAsvs, slotCounts, sampleIndices } = batch;
  const { asvIds = asvFeatures } = batch;
  const input = { asvTokens, asvOffsets, asvIds, slotOffsets, slotAsvs, slotCounts, sampleIds: sampleIndices };
  if (model === undefined || model.countEmbedding === 'none' || model.countScale === 'ln') return input;
  return { ...input, scaledCounts: normalizeCounts(batch, model.countScale) };
}
