// The one place where batches of @seq/data become input of @seq/model. Everything else knows only one of the two.
import type { CommunityBatch } from '@seq/data';
import type { CommunityInput } from '@seq/model';

/**
 * A batch as the model reads it. Feature and sample indices become the ids of its random numbers, so what an ASV or a
 * sample draws does not depend on the batch it is in.
 *
 * @param batch - arrays are taken over, not copied.
 */
export function batchToDevice(batch: CommunityBatch): CommunityInput {
  const { asvTokens, asvOffsets, asvFeatures, slotOffsets, slotAsvs, slotCounts, sampleIndices } = batch;
  return { asvTokens, asvOffsets, asvIds: asvFeatures, slotOffsets, slotAsvs, slotCounts, sampleIds: sampleIndices };
}
