// Batches as the training loop takes them, from memory or while they are read. It knows no models.
import type { CommunityBatch, StreamedBatchesOptions } from '@seq/data';

/** How the batches of a streamed dataset are read; without effect on one in memory. */
export type ReadingOptions = Pick<StreamedBatchesOptions, 'blocksPerBuffer' | 'buffersAhead' | 'signal'>;

/** Batches in groups of `size`; the last group may be smaller. */
export async function* groupsOf(
  batches: Iterable<CommunityBatch> | AsyncIterable<CommunityBatch>,
  size: number,
): AsyncGenerator<CommunityBatch[]> {
  let group: CommunityBatch[] = [];
  for await (const batch of batches) {
    group.push(batch);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** The same batches; calls back before it hands on that reading one has failed. */
export async function* watched(
  batches: Iterable<CommunityBatch> | AsyncIterable<CommunityBatch>,
  onFailure: () => Promise<void>,
): AsyncGenerator<CommunityBatch> {
  try {
    yield* batches;
  } catch (error) {
    await onFailure();
    throw error;
  }
}
