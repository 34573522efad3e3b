// Opens a shard folder: everything but the counts is known at once, and counts are checked when they are read.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FeatureTableSource, SourceReadOptions } from '../streaming/feature-table-source.js';
import { readText } from '../text/read-file.js';
import { parseFeatureAxis } from './parse-axis.js';
import { readShardAxis, requireShardSize } from './read-shard-file.js';
import { manifestFile, parseManifest } from './shard-manifest.js';
import { ShardSource } from './shard-source.js';

/** Whether a path is a folder that says it holds shards. */
export async function isShardFolder(path: string): Promise<boolean> {
  return stat(join(path, manifestFile)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * A table in a shard folder, as `writeShards` makes it, as a source.
 *
 * The manifest, the sizes of all files and the checksum of the features are checked now, the checksums of samples and of
 * each batch of counts when they are read, so that nothing damaged is ever handed out.
 *
 * @throws SeqError `FILE_NOT_FOUND` without a manifest, `FILE_UNREADABLE`, `FILE_MALFORMED`.
 */
export async function openShards(folder: string, options: SourceReadOptions = {}): Promise<FeatureTableSource> {
  const manifest = parseManifest(await readText(join(folder, manifestFile), options), folder);
  for (const file of [manifest.features, manifest.samples, ...manifest.shards]) await requireShardSize(folder, file);
  const parse = (bytes: Uint8Array) => parseFeatureAxis(bytes, manifest.featureCount);
  const features = await readShardAxis(folder, manifest.features, parse);
  return new ShardSource(folder, manifest, features);
}
