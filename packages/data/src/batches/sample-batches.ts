// Walks through an epoch batch by batch, from any batch on.
import { requireInteger } from '../require-integer.js';
import { type StreamedBatchesOptions, streamedBatches } from '../streaming/streamed-batches.js';
import type { StreamedDataset } from '../streaming/streamed-dataset.js';
import { type BatchCountOptions, batchCount, workerPart } from './batch-count.js';
import type { CommunityBatch } from './community-batch.js';
import type { CommunityDataset } from './community-dataset.js';
import { type EpochOrderOptions, epochOrder } from './epoch-order.js';
import { makeBatch } from './make-batch.js';

/** Options of {@link sampleBatches}. */
export interface SampleBatchesOptions extends EpochOrderOptions, BatchCountOptions {
  /** First batch of the epoch, or of the worker's part, to make; those before it are skipped at no cost. Default: 0. */
  readonly startBatch?: number;
}

/** Samples ready for batches, with their counts in memory or in a file. */
export type SampleDataset = CommunityDataset | StreamedDataset;

/**
 * The batches of one epoch, each made when it is asked for. Every sample comes once, except that `dropLast` leaves out
 * those of a last batch that is not full. Batch k is the same whether or not those before it were made, so that the epoch
 * and the number of batches done are all that a resumed run needs to know.
 *
 * @throws SeqError `OPTION_INVALID`, at the call
 */
export function sampleBatches(dataset: CommunityDataset, options: SampleBatchesOptions): Iterable<CommunityBatch>;
/**
 * The same of a dataset whose counts are read while the batches are made, some of them ahead. Leaving the loop early ends
 * the reading.
 *
 * @throws SeqError `OPTION_INVALID`, at the call; while iterating what reading the source throws, `COUNTS_NOT_INTEGER`
 */
export function sampleBatches(dataset: StreamedDataset, options: StreamedBatchesOptions): AsyncIterable<CommunityBatch>;
/**
 * Either of both, for callers that iterate with `for await`.
 *
 * @throws SeqError as the others
 */
export function sampleBatches(
  dataset: SampleDataset,
  options: StreamedBatchesOptions,
): Iterable<CommunityBatch> | AsyncIterable<CommunityBatch>;
export function sampleBatches(
  dataset: SampleDataset,
  options: StreamedBatchesOptions,
): Iterable<CommunityBatch> | AsyncIterable<CommunityBatch> {
  requireInteger('sampleBatches', 'startBatch', options.startBatch ?? 0, { minimum: 0 });
  return 'source' in dataset ? streamedBatches(dataset, options) : batchesInMemory(dataset, options);
}

function batchesInMemory(dataset: CommunityDataset, options: SampleBatchesOptions): Iterable<CommunityBatch> {
  const { samplesPerBatch, startBatch = 0, epoch = 0, worker } = options;
  const order = epochOrder(dataset.sampleCount, options);
  const { start, end } = workerPart(order.length, worker);
  const part = order.subarray(start, end);
  const count = batchCount(order.length, options);
  return {
    *[Symbol.iterator]() {
      for (let batch = startBatch; batch < count; batch++) {
        yield makeBatch(dataset, part.subarray(batch * samplesPerBatch, (batch + 1) * samplesPerBatch), { epoch });
      }
    },
  };
}
