// Walks through an epoch batch by batch, from any batch on.
import { requireInteger } from '../require-integer.js';
import type { CommunityBatch } from './community-batch.js';
import type { CommunityDataset } from './community-dataset.js';
import { type EpochOrderOptions, epochOrder } from './epoch-order.js';
import { makeBatch } from './make-batch.js';

/** Options of {@link batchCount}. */
export interface BatchCountOptions {
  /** Whole number above zero. */
  readonly samplesPerBatch: number;
  /** Whether to leave out a last batch that is not full. Default: false. */
  readonly dropLast?: boolean;
}

/** Options of {@link sampleBatches}. */
export interface SampleBatchesOptions extends EpochOrderOptions, BatchCountOptions {
  /** First batch of the epoch to make; those before it are skipped at no cost. Default: 0. */
  readonly startBatch?: number;
}

/**
 * How many batches an epoch has.
 *
 * @throws SeqError `OPTION_INVALID`
 */
export function batchCount(sampleCount: number, { samplesPerBatch, dropLast = false }: BatchCountOptions): number {
  requireInteger('batchCount', 'samplesPerBatch', samplesPerBatch, { minimum: 1 });
  const batches = sampleCount / samplesPerBatch;
  return dropLast ? Math.floor(batches) : Math.ceil(batches);
}

/**
 * The batches of one epoch, each made when it is asked for. Every sample comes once, except that `dropLast` leaves out
 * those of a last batch that is not full. Batch k is the same whether or not those before it were made.
 *
 * @throws SeqError `OPTION_INVALID`, at the call
 */
export function sampleBatches(dataset: CommunityDataset, options: SampleBatchesOptions): Iterable<CommunityBatch> {
  const { samplesPerBatch, startBatch = 0, epoch = 0 } = options;
  const order = epochOrder(dataset.sampleIds.length, options);
  const count = batchCount(order.length, options);
  requireInteger('sampleBatches', 'startBatch', startBatch, { minimum: 0 });
  return {
    *[Symbol.iterator]() {
      for (let batch = startBatch; batch < count; batch++) {
        yield makeBatch(dataset, order.subarray(batch * samplesPerBatch, (batch + 1) * samplesPerBatch), { epoch });
      }
    },
  };
}
