// The manifest of a shard folder: what files there are, what they hold, and their checksums. Knows no Arrow.
import { createHash } from 'node:crypto';
import { dataError } from '../errors.js';
import type { SeqError } from '../native.js';
import { quoted, quotedPath } from '../text/quoted.js';

/** Name of the manifest in its folder. */
export const manifestFile = 'manifest.json';
/** What a manifest says it is. */
export const shardFormat = 'seq-feature-table-shards';
/** The version that is written, and the only one that is read. */
export const shardVersion = 1;

/** What stands before the name of a column of metadata in the file of the samples. */
export const metadataPrefix = 'metadata:';

/** How counts are stored. `float32` rounds counts to 24 bits; the others keep every table exactly. */
export type ShardCountType = 'uint32' | 'float32' | 'float64';

/** A file of the folder. */
export interface ShardFile {
  /** Its name, without a folder. */
  readonly file: string;
  /** How long it is. */
  readonly bytes: number;
  /** SHA-256 of the file, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** A record batch: consecutive samples that are read together. */
export interface ShardBatch {
  /** How many samples it has. */
  readonly samples: number;
  /** How many counts it has. */
  readonly entries: number;
  /** Where its message starts in the file. */
  readonly offset: number;
  /** How long the message is with its body. */
  readonly bytes: number;
  /** SHA-256 of these bytes. */
  readonly sha256: string;
}

/** A file of counts. */
export interface Shard extends ShardFile {
  /** Its record batches, in their order in the file. */
  readonly batches: readonly ShardBatch[];
}

/** Everything that the manifest says. */
export interface ShardManifest {
  /** What the folder is. */
  readonly format: typeof shardFormat;
  /** Version of the format. */
  readonly version: typeof shardVersion;
  /** N. */
  readonly sampleCount: number;
  /** M. */
  readonly featureCount: number;
  /** How many counts are stored. */
  readonly entryCount: number;
  /** How all of them are stored. */
  readonly countType: ShardCountType;
  /** Samples of every batch but the last, which may have fewer. */
  readonly samplesPerBatch: number;
  /** Names and taxonomy of the features. */
  readonly features: ShardFile;
  /** Names, reads and metadata of the samples. */
  readonly samples: ShardFile;
  /** The counts, in the order of the samples. */
  readonly shards: readonly Shard[];
}

/** SHA-256 of bytes, in hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The error of a shard folder that is damaged. */
export function damagedShards(folder: string, found: string, cause?: unknown): SeqError {
  return dataError(
    'FILE_MALFORMED',
    `The shard folder ${quotedPath(folder)} cannot be read: ${found}. ` +
      'It is incomplete or damaged; copy it again, or make it anew: aam data build.',
    { details: { path: folder }, cause },
  );
}

/**
 * The manifest of a text, if all that it says fits together.
 *
 * @throws SeqError `FILE_MALFORMED`
 */
export function parseManifest(text: string, folder: string): ShardManifest {
  let manifest: ShardManifest;
  try {
    manifest = JSON.parse(text) as ShardManifest;
  } catch (cause) {
    throw damagedShards(folder, `its ${manifestFile} is no JSON (${(cause as Error).message})`, cause);
  }
  const problem = problemOf(manifest);
  if (problem !== undefined) throw damagedShards(folder, `its ${manifestFile} ${problem}`);
  return manifest;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isDigest = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
/** Plain names only, so that no manifest can lead out of its folder. */
const isFile = (value: unknown): value is ShardFile =>
  isObject(value) &&
  typeof value.file === 'string' &&
  /^[a-z0-9][a-z0-9._-]{0,99}$/i.test(value.file) &&
  isCount(value.bytes) &&
  isDigest(value.sha256);

function problemOf(manifest: unknown): string | undefined {
  if (!isObject(manifest) || manifest.format !== shardFormat) return `does not say that it is "${shardFormat}"`;
  if (manifest.version !== shardVersion) {
    return `has format version ${JSON.stringify(manifest.version)}, and only ${shardVersion} is known`;
  }
  for (const name of ['sampleCount', 'featureCount', 'entryCount', 'samplesPerBatch']) {
    if (!isCount(manifest[name])) return `has no whole number as ${quoted(name)}`;
  }
  if (!['uint32', 'float32', 'float64'].includes(manifest.countType as string)) return 'has no known "countType"';
  if (!isFile(manifest.features) || !isFile(manifest.samples)) return 'does not describe features and samples';
  if (!Array.isArray(manifest.shards)) return 'has no list of shards';
  for (const [i, shard] of manifest.shards.entries()) {
    if (!isFile(shard) || !Array.isArray((shard as Shard).batches)) return `does not describe shard ${i + 1}`;
    if (!(shard as Shard).batches.every((batch) => isBatch(batch, shard.bytes))) {
      return `describes batches of ${quoted(shard.file)} that cannot be`;
    }
  }
  return sumProblem(manifest as unknown as ShardManifest);
}

function isBatch(batch: unknown, fileBytes: number): boolean {
  if (!isObject(batch) || !isDigest(batch.sha256)) return false;
  const { samples, entries, offset, bytes } = batch;
  if (!isCount(samples) || !isCount(entries) || !isCount(offset) || !isCount(bytes)) return false;
  // An entry takes at least eight bytes, so what is claimed is bounded by what is there.
  return samples > 0 && offset + bytes <= fileBytes && entries * 8 <= bytes;
}

function sumProblem({ sampleCount, entryCount, samplesPerBatch, shards }: ShardManifest): string | undefined {
  const batches = shards.flatMap((shard) => shard.batches);
  const names = new Set(shards.map(({ file }) => file));
  if (names.size !== shards.length) return 'names a shard twice';
  const samples = batches.reduce((sum, batch) => sum + batch.samples, 0);
  if (samples !== sampleCount) return `has batches of ${samples} samples where ${sampleCount} are needed`;
  const entries = batches.reduce((sum, batch) => sum + batch.entries, 0);
  if (entries !== entryCount) return `has batches of ${entries} counts where ${entryCount} are needed`;
  const isFull = batches.slice(0, -1).every((batch) => batch.samples === samplesPerBatch);
  const last = batches.at(-1)?.samples ?? 0;
  return isFull && last <= samplesPerBatch ? undefined : `has batches of other sizes than ${samplesPerBatch} samples`;
}
