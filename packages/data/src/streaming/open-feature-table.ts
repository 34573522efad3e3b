// Opens a feature table without reading its counts, where its format allows. Knows the formats by name only.
import { resolve } from 'node:path';
import { isShardFolder, openShards } from '../shards/open-shards.js';
import { BiomHdf5 } from '../table/biom-hdf5.js';
import { requireValidIds } from '../table/feature-table.js';
import { type ReadFeatureTableOptions, readFeatureTable } from '../table/read-feature-table.js';
import { readStart } from '../text/read-file.js';
import {
  type FeatureTableSource,
  idsOf,
  requireSampleRange,
  sourceOfTable,
  usualSamplesPerBlock,
} from './feature-table-source.js';

/**
 * Opens a feature table whose counts are read when they are asked for: a shard folder or a BIOM 2.x file with its matrix
 * by samples. Any other table that `readFeatureTable` reads is read whole now.
 *
 * @param path - a file, or a folder that `writeShards` made.
 * @param options - the signal also ends later readings of a BIOM file.
 * @throws SeqError as `readFeatureTable`, apart from what can only be seen in the counts, which is thrown when they are read.
 */
export async function openFeatureTable(
  path: string,
  options: ReadFeatureTableOptions = {},
): Promise<FeatureTableSource> {
  if (await isShardFolder(path)) return openShards(path, options);
  const start = await readStart(path, 4);
  if (Buffer.from(start).equals(Buffer.of(0x89, 0x48, 0x44, 0x46))) {
    const file = await BiomHdf5.open(resolve(path), options);
    try {
      if (file.isSampleMajor && file.storedCount > 0) return biomSource(file);
    } catch (cause) {
      await file[Symbol.asyncDispose]();
      throw cause;
    }
    await file[Symbol.asyncDispose]();
  }
  return sourceOfTable(await readFeatureTable(path, options));
}

function biomSource(file: BiomHdf5): FeatureTableSource {
  const { sampleIds, featureIds, taxonomy, sampleMetadata } = file.axes;
  requireValidIds('sample', sampleIds);
  requireValidIds('feature', featureIds);
  return {
    sampleCount: sampleIds.length,
    featureCount: featureIds.length,
    entryCount: file.storedCount,
    featureIds,
    taxonomy,
    samplesPerBlock: usualSamplesPerBlock,
    hasWholeCounts: false,
    sampleIds: async ({ rows } = {}) => idsOf(sampleIds, rows),
    sampleMetadata: async () => sampleMetadata,
    sampleReads: async () => undefined,
    samples: async (start, end, { signal } = {}) => {
      signal?.throwIfAborted();
      requireSampleRange(start, end, sampleIds.length);
      return file.samples(start, end);
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
