// Opens a feature table without reading its counts, where its format allows. Knows the formats by name only.
import { resolve } from 'node:path';
import { isZip } from '../archives/zip-archive.js';
import { isShardFolder, openShards } from '../shards/open-shards.js';
import { BiomHdf5 } from '../table/biom-hdf5.js';
import { requireValidIds } from '../table/feature-table.js';
import {
  isHdf5,
  type ReadFeatureTableOptions,
  readAnyTable,
  readFeatureTable,
  requireNonEmpty,
} from '../table/read-feature-table.js';
import { unpackTableArtifact } from '../table/table-artifact.js';
import { readStart } from '../text/read-file.js';
import {
  type FeatureTableSource,
  idsOf,
  requireSampleRange,
  sourceOfTable,
  usualSamplesPerBlock,
} from './feature-table-source.js';

/**
 * Opens a feature table whose counts are read when they are asked for: a shard folder, a BIOM 2.x file, or a QIIME 2
 * artifact with one inside. Any other table that `readFeatureTable` reads is read whole now.
 *
 * @param path - a file, or a folder that `writeShards` made.
 * @param options - the signal also ends later readings of a BIOM file.
 * @throws SeqError as `readFeatureTable`, apart from what can only be seen in the counts, which is thrown when they are read.
 * @remarks The BIOM file of an artifact is unpacked into the folder for temporary files until the source is closed. A
 *   BIOM file whose counts lie feature by feature alone is passed over for every 2^23 of its counts when its samples are read
 *   in their order, and for every reading when they are read in another; make shards of a large one.
 */
export async function openFeatureTable(
  path: string,
  options: ReadFeatureTableOptions = {},
): Promise<FeatureTableSource> {
  if (await isShardFolder(path)) return openShards(path, options);
  const start = await readStart(path, 4);
  if (isHdf5(start)) return (await openBiom(path, options)) ?? sourceOfTable(await readFeatureTable(path, options));
  if (isZip(start)) return openArtifactTable(path, options);
  return sourceOfTable(await readFeatureTable(path, options));
}

/** A BIOM 2.x file; undefined if it stores no counts. */
async function openBiom(path: string, options: ReadFeatureTableOptions): Promise<FeatureTableSource | undefined> {
  const file = await BiomHdf5.open(resolve(path), options);
  try {
    if (file.storedCount > 0) return biomSource(file);
  } catch (cause) {
    await file[Symbol.asyncDispose]();
    throw cause;
  }
  await file[Symbol.asyncDispose]();
  return undefined;
}

/** The table of an artifact; a BIOM 2.x file inside stays unpacked as long as the source is open. */
async function openArtifactTable(path: string, options: ReadFeatureTableOptions): Promise<FeatureTableSource> {
  const unpacked = await unpackTableArtifact(path, options);
  const { biomPath, within } = unpacked;
  let source: FeatureTableSource | undefined;
  try {
    if (isHdf5(await readStart(biomPath, 4))) source = await within(() => openBiom(biomPath, options));
    if (source === undefined) {
      return sourceOfTable(requireNonEmpty(path, await within(() => readAnyTable(biomPath, options))));
    }
  } finally {
    if (source === undefined) await unpacked[Symbol.asyncDispose]();
  }
  const { samples, [Symbol.asyncDispose]: close } = source;
  return {
    ...source,
    samples: (start, end, reading) => within(() => samples(start, end, reading)),
    [Symbol.asyncDispose]: async () => {
      await close();
      await unpacked[Symbol.asyncDispose]();
    },
  };
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
