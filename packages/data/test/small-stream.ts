// A small table as a source of small blocks, for tests. Nothing here is under test.
import {
  type CommunityBatch,
  type CommunityDatasetOptions,
  createStreamedDataset,
  type FeatureTable,
  type FeatureTableSource,
  type StreamedBatchesOptions,
  type StreamedDataset,
  sampleBatches,
  sourceOfTable,
} from '../src/index.js';
import { tableOf } from './rows-of-tables.js';

export const sampleCount = 23;
const rows = Array.from({ length: sampleCount }, (_, i) => [i + 1, (i * 7) % 5, i % 3, 0, (i * i) % 11]);
export const sequences = ['ACGT', 'TTNA', 'GG', 'CCCCCC', 'AU'];
export const table = tableOf(rows);

/** A source in blocks of few samples, which counts what is asked of it. */
export function smallSource(of: FeatureTable = table, samplesPerBlock = 3) {
  const source = sourceOfTable(of);
  const readings: [number, number][] = [];
  const watched: FeatureTableSource = {
    ...source,
    samplesPerBlock,
    samples: async (start, end, options) => {
      readings.push([start, end]);
      await new Promise(setImmediate);
      return source.samples(start, end, options);
    },
  };
  return { source: watched, readings };
}

/** The table as a dataset in such blocks. */
export const streamed = async (options: Partial<CommunityDatasetOptions> = {}): Promise<StreamedDataset> =>
  createStreamedDataset(smallSource().source, { sequences, ...options });

/** All batches of an epoch. */
export async function batchesOf(dataset: StreamedDataset, options: StreamedBatchesOptions): Promise<CommunityBatch[]> {
  const batches: CommunityBatch[] = [];
  for await (const batch of sampleBatches(dataset, options)) batches.push(batch);
  return batches;
}
