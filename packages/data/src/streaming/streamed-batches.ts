// Makes batches of samples while these are read, buffer by buffer. Knows no file formats and no tensors.
import { batchCount, workerPart } from '../batches/batch-count.js';
import type { CommunityBatch } from '../batches/community-batch.js';
import type { PreparedSamples } from '../batches/community-dataset.js';
import { assembleBatch, type BatchSample } from '../batches/make-batch.js';
import type { SampleBatchesOptions } from '../batches/sample-batches.js';
import { requireInteger, requireSeed } from '../require-integer.js';
import type { SourceReadOptions } from './feature-table-source.js';
import { readAhead } from './read-ahead.js';
import { SampleBuffer } from './sample-buffer.js';
import { StreamOrder } from './stream-order.js';
import type { StreamedDataset } from './streamed-dataset.js';

/** Options of `sampleBatches` over a streamed dataset. */
export interface StreamedBatchesOptions extends SampleBatchesOptions, SourceReadOptions {
  /**
   * Blocks of the source whose samples are shuffled together; a batch mixes samples of that many places of the table. More
   * shuffle better and take more memory; part of what the order depends on. Where all samples lie in so many blocks, the
   * batches are those of a dataset in memory. Default: 8, with shards of the usual size 2,048 samples.
   */
  readonly blocksPerBuffer?: number | undefined;
  /** Buffers that are read ahead of the one in use. Changes no batch. Default: 1. */
  readonly buffersAhead?: number | undefined;
}

const usualBlocksPerBuffer = 8;

/** The batches of one epoch, or of a worker's part of one; see `sampleBatches`. */
export function streamedBatches(
  dataset: StreamedDataset,
  options: StreamedBatchesOptions,
): AsyncIterable<CommunityBatch> {
  const { samplesPerBatch, startBatch = 0, shuffle = false, seed = 0, epoch = 0, signal } = options;
  const { blocksPerBuffer = usualBlocksPerBuffer, buffersAhead = 1 } = options;
  const asked = 'sampleBatches';
  requireInteger(asked, 'blocksPerBuffer', blocksPerBuffer, { minimum: 1 });
  requireInteger(asked, 'buffersAhead', buffersAhead, { minimum: 0, maximum: 64 });
  requireInteger(asked, 'epoch', epoch, { minimum: 0, maximum: 2 ** 32 - 1 });
  requireSeed(asked, seed);
  const { samplesPerBlock } = dataset.source;
  const order = new StreamOrder(dataset, { shuffle, seed, epoch, blocksPerBuffer, samplesPerBlock });
  const members = order.placesByIndex();
  const { sampleCount } = dataset;
  const part = workerPart(sampleCount, options.worker);
  const start = part.start + startBatch * samplesPerBatch;
  const end = Math.min(part.end, part.start + batchCount(sampleCount, options) * samplesPerBatch);
  return {
    async *[Symbol.asyncIterator]() {
      if (start >= end) return;
      const first = order.bufferOf(start);
      const buffers = readAhead({
        start: first,
        end: order.bufferOf(end - 1) + 1,
        ahead: buffersAhead,
        load: (buffer, stop) => SampleBuffer.read(dataset, order.blocksOf(buffer), stop),
        signal,
      });
      let position = start;
      let samples: BatchSample[] = [];
      let indices: number[] = [];
      let number = first;
      for await (const buffer of buffers) {
        const [bufferStart, places] = [order.startOf(number), order.placesOf(number)];
        for (; position < end && position < bufferStart + places.length; position++) {
          const place = places[position - bufferStart]!;
          samples.push(buffer.open(place, epoch, members));
          indices.push(buffer.indexOf(place));
          if (samples.length < samplesPerBatch && position + 1 < end) continue;
          signal?.throwIfAborted();
          yield assembleBatch(dataset, samples, { sampleIndices: Uint32Array.from(indices), epoch });
          [samples, indices] = [[], []];
        }
        number += 1;
      }
    },
  };
}

/** What the order of shuffled samples depends on besides seed, epoch and the samples themselves; plain data. */
export interface BlockShuffle {
  /** Samples of a block of the source. */
  readonly samplesPerBlock: number;
  /** Blocks that are shuffled together. */
  readonly blocksPerBuffer: number;
}

/**
 * How samples of a dataset are shuffled by blocks; undefined where all are shuffled together, as those of a dataset in
 * memory are. Who saves a position in an epoch saves this, too.
 *
 * @param options - those of `sampleBatches`.
 * @throws SeqError `OPTION_INVALID`
 */
export function blockShuffle(
  dataset: PreparedSamples | StreamedDataset,
  { blocksPerBuffer = usualBlocksPerBuffer }: Pick<StreamedBatchesOptions, 'blocksPerBuffer'> = {},
): BlockShuffle | undefined {
  requireInteger('blockShuffle', 'blocksPerBuffer', blocksPerBuffer, { minimum: 1 });
  if (!('source' in dataset)) return undefined;
  const { samplesPerBlock } = dataset.source;
  const order = new StreamOrder(dataset, { shuffle: false, seed: 0, epoch: 0, blocksPerBuffer, samplesPerBlock });
  return order.bufferCount === 1 ? undefined : { samplesPerBlock, blocksPerBuffer };
}
