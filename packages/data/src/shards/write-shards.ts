// Writes a shard folder from any source, some samples at a time. Knows no file format of the source.

import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { dataError } from '../errors.js';
import { requireInteger } from '../require-integer.js';
import { requireOneOf } from '../require-one-of.js';
import type { FeatureTableSource } from '../streaming/feature-table-source.js';
import type { SampleRows } from '../table/sample-rows.js';
import { quotedPath } from '../text/quoted.js';
import { notWritten } from '../text/write-whole.js';
import {
  manifestFile,
  type Shard,
  type ShardBatch,
  type ShardCountType,
  type ShardFile,
  type ShardManifest,
  sha256,
  shardFormat,
  shardVersion,
} from './shard-manifest.js';

/** How far the writing of shards has come. */
export interface ShardProgress {
  /** Samples written so far. */
  readonly samples: number;
  /** Samples of the table. */
  readonly sampleCount: number;
  /** Counts written so far. */
  readonly entries: number;
}

/** Options of {@link writeShards}. */
export interface WriteShardsOptions {
  /** Samples that are stored, and later read, together; from 1 to 65 536. Default: 256. */
  readonly samplesPerBatch?: number | undefined;
  /**
   * How counts are stored. Default: `uint32` if every count is a whole number below 2^32, else `float64`; finding out
   * reads the table once more. `float32` halves the latter and rounds.
   */
  readonly countType?: ShardCountType | undefined;
  /** Whether a folder of shards that is there already is replaced. Default: false. */
  readonly overwrite?: boolean | undefined;
  /** Called after every shard; what it throws ends the writing. Default: none. */
  readonly onProgress?: ((progress: ShardProgress) => void) | undefined;
  /** Ends the writing and leaves nothing behind; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** A shard ends with the batch that brings it to this many samples or entries. */
const samplesPerShard = 16_384;
const entriesPerShard = 4 * 2 ** 20;

/**
 * Writes a table as a folder of Arrow IPC files, from which samples are read in any order without reading the rest.
 *
 * The folder is made under a temporary name beside its place and renamed when everything is on the disk.
 *
 * @param folder - final name; the folder around it exists.
 * @returns what the manifest says.
 * @throws SeqError `FILE_NOT_WRITTEN` if something is there already or the system refuses, `TABLE_EMPTY`,
 *   `TABLE_COUNT_INVALID` for a count that the type cannot hold, `OPTION_INVALID`, and what reading the source throws.
 */
export async function writeShards(
  source: FeatureTableSource,
  folder: string,
  options: WriteShardsOptions = {},
): Promise<ShardManifest> {
  const { samplesPerBatch = 256, overwrite = false, signal } = options;
  requireInteger('writeShards', 'samplesPerBatch', samplesPerBatch, { minimum: 1, maximum: 65_536 });
  if (options.countType !== undefined) {
    requireOneOf('writeShards', 'countType', options.countType, ['uint32', 'float32', 'float64']);
  }
  if (source.entryCount === 0) throw dataError('TABLE_EMPTY', 'writeShards: the table has no reads.');
  const place = resolve(folder);
  await requireFree(place, overwrite);
  const countType = options.countType ?? (await exactCountType(source, signal));
  const temporary = join(dirname(place), `.${basename(place)}.${randomUUID()}.tmp`);
  try {
    await mkdir(temporary);
    const manifest = await writeFiles(source, temporary, { ...options, samplesPerBatch, countType });
    await putInPlace(temporary, place);
    return manifest;
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    throw notWritten(folder, cause);
  }
}

/** Nothing is at the place, or shards that may be replaced; any other folder is never replaced. */
async function requireFree(place: string, overwrite: boolean): Promise<void> {
  const exists = (path: string): Promise<boolean> => stat(path).then(Boolean, () => false);
  if (!(await exists(place))) return;
  const isShards = await exists(join(place, manifestFile));
  if (isShards && overwrite) return;
  const found = isShards
    ? 'shards are there already. Choose another name, or give overwrite to replace them.'
    : 'something that is no shard folder is there already. Choose another name or remove it.';
  throw dataError('FILE_NOT_WRITTEN', `${quotedPath(place)} was not written: ${found}`, {
    details: { path: place },
  });
}

async function putInPlace(temporary: string, place: string): Promise<void> {
  const old = `${temporary}.old`;
  const hasOld = await rename(place, old).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause;
      return false;
    },
  );
  try {
    await rename(temporary, place);
  } catch (cause) {
    if (hasOld) await rename(old, place);
    throw cause;
  }
  if (hasOld) await rm(old, { recursive: true, force: true });
}

async function exactCountType(source: FeatureTableSource, signal: AbortSignal | undefined): Promise<ShardCountType> {
  if (source.hasWholeCounts) return 'uint32';
  const step = source.samplesPerBlock;
  for (let start = 0; start < source.sampleCount; start += step) {
    const { counts } = await source.samples(start, Math.min(start + step, source.sampleCount), { signal });
    for (let i = 0; i < counts.length; i++) if (counts[i]! >>> 0 !== counts[i]) return 'float64';
  }
  return 'uint32';
}

type Settings = WriteShardsOptions & { readonly samplesPerBatch: number; readonly countType: ShardCountType };

async function writeFiles(source: FeatureTableSource, folder: string, settings: Settings): Promise<ShardManifest> {
  const { samplesPerBatch, countType, onProgress, signal } = settings;
  const { sampleCount, featureIds, taxonomy } = source;
  const { featureAxisFile, sampleAxisFile } = await import('./axis-files.js');
  const axis = { reads: new Float64Array(sampleCount), entries: new Uint32Array(sampleCount) };
  const shards: Shard[] = [];
  for (let start = 0, entryCount = 0; start < sampleCount; ) {
    const batches: SampleRows[] = [];
    let entries = 0;
    for (const first = start; start < sampleCount && start - first < samplesPerShard && entries < entriesPerShard; ) {
      const end = Math.min(start + samplesPerBatch, sampleCount);
      const rows = await source.samples(start, end, { signal });
      addTotals(rows, start, axis);
      entries += rows.counts.length;
      batches.push(rows);
      start = end;
    }
    shards.push(await writeShard(folder, shards.length, batches, countType));
    entryCount += entries;
    onProgress?.({ samples: start, sampleCount, entries: entryCount });
  }
  const samples = sampleAxisFile({
    ids: await source.sampleIds({ signal }),
    ...axis,
    metadata: await source.sampleMetadata({ signal }),
  });
  const manifest: ShardManifest = {
    format: shardFormat,
    version: shardVersion,
    sampleCount,
    featureCount: featureIds.length,
    entryCount: axis.entries.reduce((sum, count) => sum + count, 0),
    countType,
    samplesPerBatch,
    features: await write(folder, 'features.arrow', featureAxisFile({ ids: featureIds, taxonomy })),
    samples: await write(folder, 'samples.arrow', samples),
    shards,
  };
  await write(folder, manifestFile, Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`));
  return manifest;
}

function addTotals(
  { sampleOffsets, counts }: SampleRows,
  start: number,
  { reads, entries }: { readonly reads: Float64Array; readonly entries: Uint32Array },
): void {
  for (let row = 0; row + 1 < sampleOffsets.length; row++) {
    let total = 0;
    for (let entry = sampleOffsets[row]!; entry < sampleOffsets[row + 1]!; entry++) total += counts[entry]!;
    reads[start + row] = total;
    entries[start + row] = sampleOffsets[row + 1]! - sampleOffsets[row]!;
  }
}

async function writeShard(
  folder: string,
  number: number,
  batches: readonly SampleRows[],
  countType: ShardCountType,
): Promise<Shard> {
  const { arrowFile, shardSchema, toRecordBatch } = await import('./arrow-batches.js');
  for (const rows of batches) requireCountsFit(rows, countType);
  const schema = shardSchema(countType);
  const { bytes, places } = arrowFile(batches.map((rows) => toRecordBatch(rows, schema, countType)));
  const described = batches.map(
    ({ sampleIds, counts }, i): ShardBatch => ({
      samples: sampleIds.length,
      entries: counts.length,
      ...places[i]!,
      sha256: sha256(bytes.subarray(places[i]!.offset, places[i]!.offset + places[i]!.bytes)),
    }),
  );
  return { ...(await write(folder, `shard-${String(number).padStart(5, '0')}.arrow`, bytes)), batches: described };
}

function requireCountsFit({ counts, sampleIds, sampleOffsets }: SampleRows, countType: ShardCountType): void {
  if (countType === 'float64') return;
  const wrong = counts.findIndex((count) =>
    countType === 'uint32' ? count >>> 0 !== count : !(Math.fround(count) > 0 && Number.isFinite(Math.fround(count))),
  );
  if (wrong === -1) return;
  const sample = sampleIds[sampleOffsets.findIndex((offset) => offset > wrong) - 1]!;
  throw dataError(
    'TABLE_COUNT_INVALID',
    `writeShards: the count ${counts[wrong]} in sample ${JSON.stringify(sample)} cannot be stored as ${countType}. ` +
      'Use float64, or no type, which chooses one that fits.',
    { details: { sampleId: sample, value: counts[wrong] } },
  );
}

async function write(folder: string, name: string, bytes: Uint8Array): Promise<ShardFile> {
  const file = await open(join(folder, name), 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return { file: name, bytes: bytes.length, sha256: sha256(bytes) };
}
