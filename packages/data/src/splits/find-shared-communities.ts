// Finds samples with the same community on both sides of a split: the same specimen under two names. Knows no metadata.
import { createHash } from 'node:crypto';
import { type FeatureTableSource, rowsOfIds } from '../streaming/feature-table-source.js';
import { marksOf, type ReadThroughOptions, readThrough } from '../streaming/read-through.js';
import type { FeatureTable } from '../table/feature-table.js';
import type { SampleRows } from '../table/sample-rows.js';
import { rowsOfSamples } from '../table/select-samples.js';
import { counted, quoted } from '../text/quoted.js';
import type { SampleSplit } from './sample-split.js';

/** Options of {@link findSharedCommunities}. */
export interface FindSharedCommunitiesOptions {
  /** The split; all its samples are in the table. */
  readonly split: SampleSplit;
  /** Samples with fewer features are left aside, since they are alike by chance. Default: 2. */
  readonly minimumFeatures?: number;
}

/** Two samples with the same community, one on each side. */
export interface SharedCommunity {
  /** Sample that a model learns from; the first in training with this community. */
  readonly training: string;
  /** Sample that a model is judged by. */
  readonly validation: string;
}

/** Validation samples whose community training has, too. */
export interface SharedCommunitiesWarning {
  /** One pair per validation sample concerned, in the order of the validation samples. */
  readonly pairs: readonly SharedCommunity[];
  /** What it means and what to do. */
  readonly message: string;
}

/**
 * A warning if samples on both sides of a split have the same features in the same proportions, as one specimen does that
 * is in a study twice; undefined if none has. Sequencing one specimen again gives other counts and is not found: split
 * by the column that names the specimen.
 *
 * @throws SeqError `SAMPLE_UNKNOWN` for a sample of the split that the table does not have.
 * @remarks Counts are compared as parts of the sample's reads, exactly: whole multiples of the same counts are the same.
 */
export function findSharedCommunities(
  table: FeatureTable,
  { split, minimumFeatures = 2 }: FindSharedCommunitiesOptions,
): SharedCommunitiesWarning | undefined {
  const candidates = new Map<number, { readonly id: string; readonly community: Community }[]>();
  const rows = rowsOfSamples(table, split.training);
  split.training.forEach((id, i) => {
    const community = readCommunity(table, rows[i]!);
    if (community.features.length < minimumFeatures) return;
    const hash = hashOf(community);
    const alike = candidates.get(hash);
    if (alike === undefined) candidates.set(hash, [{ id, community }]);
    else alike.push({ id, community });
  });
  const validationRows = rowsOfSamples(table, split.validation);
  const pairs = split.validation.flatMap((validation, i) => {
    const community = readCommunity(table, validationRows[i]!);
    const twin = candidates.get(hashOf(community))?.find((other) => isSame(other.community, community));
    return twin === undefined ? [] : [{ training: twin.id, validation }];
  });
  return warningOf(pairs, split);
}

/**
 * As {@link findSharedCommunities}, for a table whose counts are read once from where they are. Communities are compared
 * by a checksum of 64 bits: two that differ pass for one in fewer than one of 10^7 tables of a million samples.
 *
 * @throws SeqError as {@link findSharedCommunities}, and what reading the source throws.
 */
export async function findSharedCommunitiesInSource(
  source: FeatureTableSource,
  { split, minimumFeatures = 2, ...reading }: FindSharedCommunitiesOptions & ReadThroughOptions,
): Promise<SharedCommunitiesWarning | undefined> {
  const all = await source.sampleIds({ signal: reading.signal });
  const rows = rowsOfIds('findSharedCommunities', all, [...split.training, ...split.validation]);
  const isUsed = marksOf(source.sampleCount, rows);
  // By row; 0 for samples that are left aside.
  const checksums = new BigUint64Array(source.sampleCount);
  for await (const { start, rows: block } of readThrough(source, reading, isUsed)) {
    for (let i = 0; i < block.sampleIds.length; i++) {
      const size = block.sampleOffsets[i + 1]! - block.sampleOffsets[i]!;
      if (isUsed[start + i] === 1 && size >= minimumFeatures)
        checksums[start + i] = checksumOf(readCommunity(block, i));
    }
  }
  const ofTraining = (i: number): bigint => checksums[rows[i]!]!;
  const ofValidation = (i: number): bigint => checksums[rows[split.training.length + i]!]!;
  const wanted = new Set(split.validation.map((_, i) => ofValidation(i)).filter((checksum) => checksum !== 0n));
  const twins = new Map<bigint, string>();
  split.training.forEach((id, i) => {
    const checksum = ofTraining(i);
    if (wanted.has(checksum) && !twins.has(checksum)) twins.set(checksum, id);
  });
  const pairs = split.validation.flatMap((validation, i) => {
    const training = twins.get(ofValidation(i));
    return training === undefined ? [] : [{ training, validation }];
  });
  return warningOf(pairs, split);
}

function warningOf(
  pairs: readonly SharedCommunity[],
  { validation }: SampleSplit,
): SharedCommunitiesWarning | undefined {
  const first = pairs[0];
  if (first === undefined) return undefined;
  return {
    pairs,
    message:
      `${pairs.length} of ${counted(validation.length, 'validation sample')} ` +
      `${pairs.length === 1 ? 'has' : 'have'} exactly the community of a training sample (first: ${quoted(first.validation)} is ` +
      `${quoted(first.training)}). The same specimen seems to be there twice; keep one, or split by the column that names it.`,
  };
}

interface Community {
  readonly features: Uint32Array;
  /** Reads of each feature as parts of all reads. */
  readonly parts: Float64Array;
}

function readCommunity({ sampleOffsets, featureIndices, counts }: SampleRows, row: number): Community {
  const [start, end] = [sampleOffsets[row]!, sampleOffsets[row + 1]!];
  const features = featureIndices.subarray(start, end);
  let reads = 0;
  for (let entry = start; entry < end; entry++) reads += counts[entry]!;
  // Division rounds correctly, so equal proportions give equal numbers, whatever the reads.
  const parts = counts.slice(start, end).map((count) => count / reads);
  return { features, parts };
}

function checksumOf({ features, parts }: Community): bigint {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [features, parts]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest().readBigUInt64LE(0);
}

/** 32 bits of FNV-1a over the words of both arrays; equal communities share it, and what shares it is compared. */
function hashOf({ features, parts }: Community): number {
  let hash = 0x811c9dc5;
  const add = (words: Uint32Array): void => {
    for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  };
  add(features);
  add(new Uint32Array(parts.buffer, parts.byteOffset, 2 * parts.length));
  return hash;
}

function isSame(a: Community, b: Community): boolean {
  return (
    a.features.length === b.features.length &&
    a.features.every((feature, i) => feature === b.features[i]) &&
    a.parts.every((part, i) => part === b.parts[i])
  );
}
