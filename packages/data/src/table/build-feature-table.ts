// Makes a valid feature table of entries in any order, as files give them. Knows no file format.
import { dataError } from '../errors.js';
import { quoted } from '../text/quoted.js';
import { FeatureTable, type FeatureTableParts } from './feature-table.js';
import { requireCounts } from './require-counts.js';

/** Names of both axes, and the counts as a list of entries. */
export interface FeatureTableEntries
  extends Pick<FeatureTableParts, 'sampleIds' | 'featureIds' | 'taxonomy' | 'sampleMetadata'> {
  /** Row of each entry. */
  readonly samples: Uint32Array;
  /** Feature of each entry. */
  readonly features: Uint32Array;
  /** Count of each entry; zeros are left out of the table. */
  readonly counts: Float64Array;
}

/**
 * A feature table from entries in any order. Zeros are dropped.
 *
 * @throws SeqError `TABLE_ID_INVALID`, `TABLE_COUNT_INVALID`, or `TABLE_INVALID` for an index outside its axis or a place given twice.
 */
export function buildFeatureTable(entries: FeatureTableEntries): FeatureTable {
  const { sampleIds, featureIds, samples, features, counts, taxonomy, sampleMetadata } = entries;
  if (samples.length !== counts.length || features.length !== counts.length) {
    throw dataError(
      'TABLE_INVALID',
      `buildFeatureTable: ${samples.length} samples, ${features.length} features and ${counts.length} counts are given; ` +
        'every entry needs one of each.',
    );
  }
  requireIndices('sample', samples, sampleIds.length);
  requireIndices('feature', features, featureIds.length);
  requireCounts(counts, (entry) => ({
    sampleId: sampleIds[samples[entry]!]!,
    featureId: featureIds[features[entry]!]!,
  }));
  const order = sampleMajorOrder(entries);
  const parts = compressed(entries, order);
  requireSinglePlaces(parts, entries);
  return new FeatureTable({ sampleIds, featureIds, ...parts, taxonomy, sampleMetadata });
}

/** A feature table from rows with their features in any order, each at most once. Zeros are dropped. */
export function tableOfRows({ sampleOffsets, featureIndices, ...named }: FeatureTableParts): FeatureTable {
  const samples = new Uint32Array(featureIndices.length);
  for (let row = 0; row + 1 < sampleOffsets.length; row++) {
    samples.fill(row, sampleOffsets[row], sampleOffsets[row + 1]);
  }
  return buildFeatureTable({ ...named, samples, features: featureIndices });
}

function requireIndices(axis: 'sample' | 'feature', indices: Uint32Array, length: number): void {
  const first = indices.findIndex((index) => index >= length);
  if (first === -1) return;
  throw dataError(
    'TABLE_INVALID',
    `buildFeatureTable: entry ${first + 1} names ${axis} number ${indices[first]! + 1}, but there are only ${length}.`,
  );
}

/** Entries with a count, sorted by sample and then feature: two stable counting sorts. */
function sampleMajorOrder({ sampleIds, featureIds, samples, features, counts }: FeatureTableEntries): Uint32Array {
  let kept = 0;
  const filled = new Uint32Array(counts.length);
  for (let entry = 0; entry < counts.length; entry++) if (counts[entry] !== 0) filled[kept++] = entry;
  const byFeature = stablySorted(filled.subarray(0, kept), features, featureIds.length);
  return stablySorted(byFeature, samples, sampleIds.length);
}

function stablySorted(order: Uint32Array, keys: Uint32Array, keyCount: number): Uint32Array {
  const next = new Uint32Array(keyCount + 1);
  for (const entry of order) next[keys[entry]! + 1]! += 1;
  for (let key = 0; key < keyCount; key++) next[key + 1]! += next[key]!;
  const sorted = new Uint32Array(order.length);
  for (const entry of order) sorted[next[keys[entry]!]!++] = entry;
  return sorted;
}

type Compressed = Pick<FeatureTableParts, 'sampleOffsets' | 'featureIndices' | 'counts'>;

function compressed({ sampleIds, samples, features, counts }: FeatureTableEntries, order: Uint32Array): Compressed {
  const sampleOffsets = new Uint32Array(sampleIds.length + 1);
  const featureIndices = new Uint32Array(order.length);
  const sorted = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const entry = order[i]!;
    sampleOffsets[samples[entry]! + 1]! += 1;
    featureIndices[i] = features[entry]!;
    sorted[i] = counts[entry]!;
  }
  for (let row = 0; row < sampleIds.length; row++) sampleOffsets[row + 1]! += sampleOffsets[row]!;
  return { sampleOffsets, featureIndices, counts: sorted };
}

function requireSinglePlaces({ sampleOffsets, featureIndices }: Compressed, entries: FeatureTableEntries): void {
  for (let row = 0; row + 1 < sampleOffsets.length; row++) {
    for (let i = sampleOffsets[row]! + 1; i < sampleOffsets[row + 1]!; i++) {
      if (featureIndices[i] !== featureIndices[i - 1]) continue;
      throw dataError(
        'TABLE_INVALID',
        `buildFeatureTable: sample ${quoted(entries.sampleIds[row]!)} has two counts of feature ` +
          `${quoted(entries.featureIds[featureIndices[i]!]!)}. Give each place one count.`,
      );
    }
  }
}
