// Makes batches of samples while these are read, buffer by buffer. Knows no file formats and no tensors.
import { batchCount, workerPart } from '../batches/batch-count.js';
import type { CommunityBatch } from '../batches/community-batch.js';
import { assembleBatch, type BatchSample, type OpenSamples, openSample } from '../batches/make-batch.js';
import type { SampleBatchesOptions } from '../batches/sample-batches.js';
import { pickSampleColumns } from '../batches/sample-columns.js';
import { rarefiedSamples } from '../rarefaction/rarefied-rows.js';
import { requireInteger, requireSeed } from '../require-integer.js';
import { pickedRows, type SampleRows } from '../table/sample-rows.js';
import type { SourceReadOptions } from './feature-table-source.js';
import { readAhead } from './read-ahead.js';
import { StreamOrder } from './stream-order.js';
import type { StreamedDataset } from './streamed-dataset.js';

/** Options of `sampleBatches` over a streamed dataset. */
export interface StreamedBatchesOptions extends SampleBatchesOptions, SourceReadOptions {
  /**
   * Blocks of the source whose samples are shuffled together; a batch mixes samples of that many places of the table. More
   * shuffle better and take more memory; part of what the order depends on. Default: 8, with shards of the usual size
   * 2,048 samples.
   */
  readonly blocksPerBuffer?: number | undefined;
  /** Buffers that are read ahead of the one in use. Changes no batch. Default: 1. */
  readonly buffersAhead?: number | undefined;
}

/** A buffer of samples in the order in which they are visited. */
interface Buffer extends OpenSamples {
  /** Index of each sample in the dataset. */
  readonly indices: Uint32Array;
}

/** The batches of one epoch, or of a worker's part of one; see `sampleBatches`. */
export function streamedBatches(
  dataset: StreamedDataset,
  options: StreamedBatchesOptions,
): AsyncIterable<CommunityBatch> {
  const { samplesPerBatch, startBatch = 0, shuffle = false, seed = 0, epoch = 0, signal } = options;
  const { blocksPerBuffer = 8, buffersAhead = 1 } = options;
  const asked = 'sampleBatches';
  requireInteger(asked, 'blocksPerBuffer', blocksPerBuffer, { minimum: 1 });
  requireInteger(asked, 'buffersAhead', buffersAhead, { minimum: 0, maximum: 64 });
  requireInteger(asked, 'epoch', epoch, { minimum: 0, maximum: 2 ** 32 - 1 });
  requireSeed(asked, seed);
  const { samplesPerBlock } = dataset.source;
  const order = new StreamOrder(dataset.rows, { shuffle, seed, epoch, blocksPerBuffer, samplesPerBlock });
  const part = workerPart(dataset.sampleCount, options.worker);
  const start = part.start + startBatch * samplesPerBatch;
  const end = Math.min(part.end, part.start + batchCount(dataset.sampleCount, options) * samplesPerBatch);
  return {
    async *[Symbol.asyncIterator]() {
      if (start >= end) return;
      const first = order.bufferOf(start);
      const buffers = readAhead({
        start: first,
        end: order.bufferOf(end - 1) + 1,
        ahead: buffersAhead,
        load: (buffer, stop) => loadBuffer(dataset, order, buffer, stop),
        signal,
      });
      let position = start;
      let samples: BatchSample[] = [];
      let indices: number[] = [];
      let bufferStart = order.startOf(first);
      for await (const buffer of buffers) {
        for (; position < end && position < bufferStart + buffer.indices.length; position++) {
          samples.push(openSample(buffer, position - bufferStart, epoch));
          indices.push(buffer.indices[position - bufferStart]!);
          if (samples.length < samplesPerBatch && position + 1 < end) continue;
          signal?.throwIfAborted();
          yield batchOf(dataset, samples, Uint32Array.from(indices), epoch);
          [samples, indices] = [[], []];
        }
        bufferStart += buffer.indices.length;
      }
    },
  };
}

function batchOf(
  dataset: StreamedDataset,
  samples: readonly BatchSample[],
  sampleIndices: Uint32Array,
  epoch: number,
): CommunityBatch {
  const { source, sampleCount } = dataset;
  return assembleBatch({ ...dataset, featureIds: source.featureIds, sampleCount }, samples, { sampleIndices, epoch });
}

async function loadBuffer(
  dataset: StreamedDataset,
  order: StreamOrder,
  buffer: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const { source, rows, settings, sequenceRanks, augmentation, columns, sampleCount } = dataset;
  const blocks = order.blocksOf(buffer);
  const parts: { readonly rows: SampleRows; readonly picked: Uint32Array }[] = [];
  const found: number[] = [];
  for (const { start, end } of blocks) {
    const firstRow = rows[start]!;
    const part = await source.samples(firstRow, rows[end - 1]! + 1, { signal });
    parts.push({ rows: part, picked: rows.subarray(start, end).map((row) => row - firstRow) });
    for (let index = start; index < end; index++) found.push(index);
  }
  const places = order.placesOf(buffer);
  const indices = places.map((place) => found[place]!);
  const table = pickedRows(parts, places);
  const { rarefactionDepth: depth, refreshRarefaction, seed, withReplacement } = settings;
  const isFixed = depth !== undefined && !refreshRarefaction;
  const drawn = isFixed ? rarefiedSamples(table, { depth, seed, epoch: 0, withReplacement }) : table;
  return {
    indices,
    table: drawn,
    sampleIds: drawn.sampleIds,
    settings,
    sequenceRanks,
    augmentation,
    columns: pickSampleColumns(columns, indices, sampleCount),
  };
}
