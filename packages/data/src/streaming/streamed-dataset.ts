// Samples of a source made ready for batches, without their counts. Knows no metadata, no tensors and no file formats.

import {
  type CommunityDatasetOptions,
  type CommunityDatasetSettings,
  type PreparedSamples,
  ranksBySequence,
  requireSettings,
  withDefaults,
} from '../batches/community-dataset.js';
import { packTokens } from '../batches/packed-tokens.js';
import {
  type PackedSampleColumns,
  packSampleColumns,
  pickSampleColumns,
  type SampleColumns,
} from '../batches/sample-columns.js';
import { dataError } from '../errors.js';
import { requireWholeReads } from '../rarefaction/require-whole-reads.js';
import { nothingLeft } from '../rarefaction/samples-below.js';
import { PackedTexts } from '../text/packed-texts.js';
import { type FeatureTableSource, rowsOfIds, type SourceReadOptions } from './feature-table-source.js';
import { marksOf, readThrough } from './read-through.js';

/**
 * How samples of a source become batches: as in memory, but steps of augmentation that mix samples take theirs from those
 * that are shuffled together.
 */
export interface StreamedDatasetOptions extends CommunityDatasetOptions, SourceReadOptions {
  /**
   * A dataset of other samples of the same source, with the same list of sequences and `basesPerAsv`: their tokens are
   * shared instead of made anew. Default: none.
   */
  readonly alike?: StreamedDataset | undefined;
}

/** Samples of a source, ready to be put into batches. Make it with {@link createStreamedDataset}. */
export interface StreamedDataset extends PreparedSamples {
  /** Where the counts are; it must stay open. */
  readonly source: FeatureTableSource;
  /** Place in the source of each sample, in the order of `sampleIds`, N numbers. */
  readonly rows: Uint32Array;
  /** Indices of the samples in the order in which the source has them, N numbers. */
  readonly readingOrder: Uint32Array;
}

/**
 * Prepares samples of a source for batches, as `createCommunityDataset` does for a table in memory. Counts are read through
 * once, unless the source knows the reads of its samples and that counts are whole where reads will be drawn.
 *
 * @throws SeqError as `createCommunityDataset`, and what reading the source throws.
 */
export async function createStreamedDataset(
  source: FeatureTableSource,
  options: StreamedDatasetOptions,
): Promise<StreamedDataset> {
  const asked = 'createStreamedDataset';
  const { sequences, sampleIds, columns = {}, augmentation, signal, alike, ...given } = options;
  const settings = withDefaults(given);
  requireSettings(asked, settings, sequences, source.featureCount);
  const chosen = await rowsOfChosen(source, { asked, sampleIds, signal });
  const described = await packColumns(source, columns, { asked, sampleIds, signal });
  const reads = await readsOf(source, chosen, { asked, depth: settings.rarefactionDepth, signal });
  const { places, empty, below } = usableSamples(chosen, reads, settings);
  const namesOf = async (some: Uint32Array): Promise<readonly string[]> => {
    if (sampleIds !== undefined || some.length === 0) return Array.from(some, (place) => sampleIds![place]!);
    return source.sampleIds({ rows: some.map((place) => chosen[place]!), signal });
  };
  const belowDepth = (await namesOf(below)).map((sampleId, i) => ({ sampleId, reads: reads[chosen[below[i]!]!]! }));
  requireSome({ asked, settings, places, empty, belowDepth });
  const isAll = chosen.length === places.length;
  const rows = isAll ? chosen : places.map((place) => chosen[place]!);
  const names =
    (await source.packedSampleIds?.({ rows, signal })) ??
    (isAll && sampleIds !== undefined ? sampleIds : await namesOf(places));
  return withNames(names, {
    source,
    sampleCount: rows.length,
    featureIds: source.featureIds,
    rows,
    readingOrder: sortedByRow(rows),
    sequences,
    belowDepth,
    withoutReads: await namesOf(empty),
    settings,
    ...readOfFeatures(source, { sequences, settings, alike }),
    columns: pickSampleColumns(described, places, chosen.length),
    augmentation,
  });
}

/** The dataset; names that are packed become a list when they are asked for, since batches have no need of it. */
function withNames(names: readonly string[] | PackedTexts, parts: Omit<StreamedDataset, 'sampleIds'>): StreamedDataset {
  if (!(names instanceof PackedTexts)) return { ...parts, sampleIds: names };
  const sampleIds = { get: () => names.unpacked(), enumerable: true };
  return Object.defineProperty(parts, 'sampleIds', sampleIds) as StreamedDataset;
}

type Chosen = Asked & { readonly sampleIds: readonly string[] | undefined };

/** Row in the source of each chosen sample. */
async function rowsOfChosen(source: FeatureTableSource, { asked, sampleIds, signal }: Chosen): Promise<Uint32Array> {
  if (sampleIds === undefined) return new Uint32Array(source.sampleCount).map((_, row) => row);
  return rowsOfIds(asked, await source.sampleIds({ signal }), sampleIds);
}

async function packColumns(
  source: FeatureTableSource,
  columns: SampleColumns,
  { asked, sampleIds, signal }: Chosen,
): Promise<PackedSampleColumns> {
  if (Object.values(columns).every((column) => column === undefined)) return {};
  return packSampleColumns(asked, columns, sampleIds ?? (await source.sampleIds({ signal })));
}

/** Indices of samples in the order of their rows. */
function sortedByRow(rows: Uint32Array): Uint32Array {
  const indices = rows.map((_, i) => i);
  const isSorted = rows.every((row, i) => i === 0 || rows[i - 1]! < row);
  return isSorted ? indices : indices.sort((a, b) => rows[a]! - rows[b]!);
}

/** What is known of the features by their sequences. */
function readOfFeatures(
  source: FeatureTableSource,
  {
    sequences,
    settings,
    alike,
  }: Pick<StreamedDataset, 'sequences' | 'settings'> & Pick<StreamedDatasetOptions, 'alike'>,
): Pick<StreamedDataset, 'tokens' | 'sequenceRanks'> {
  const { basesPerAsv } = settings;
  if (alike?.source === source && alike.sequences === sequences && alike.settings.basesPerAsv === basesPerAsv) {
    return { tokens: alike.tokens, sequenceRanks: alike.sequenceRanks };
  }
  const isUsed = new Uint8Array(source.featureCount).fill(1);
  return {
    tokens: packTokens(sequences, isUsed, basesPerAsv),
    sequenceRanks: ranksBySequence(sequences, source.featureIds),
  };
}

type Asked = SourceReadOptions & { readonly asked: string };

/** Reads of each sample of the source, of use only at the given rows; looks at their counts where it must. */
async function readsOf(
  source: FeatureTableSource,
  rows: Uint32Array,
  { asked, depth, signal }: Asked & { readonly depth: number | undefined },
): Promise<Float64Array> {
  const known = await source.sampleReads({ signal });
  if (known !== undefined && (depth === undefined || source.hasWholeCounts)) return known;
  const isUsed = marksOf(source.sampleCount, rows);
  const reads = new Float64Array(source.sampleCount);
  for await (const { start, rows: block } of readThrough(source, { signal }, isUsed)) {
    const used = [...block.sampleIds.keys()].filter((i) => isUsed[start + i] === 1);
    if (depth !== undefined) requireWholeReads(asked, { ...block, featureIds: source.featureIds }, used);
    for (const i of used) {
      for (let entry = block.sampleOffsets[i]!; entry < block.sampleOffsets[i + 1]!; entry++) {
        reads[start + i]! += block.counts[entry]!;
      }
    }
  }
  return reads;
}

/** Places among the chosen samples: of those in use, of those without reads, and of others with fewer than the depth. */
interface UsableSamples {
  readonly places: Uint32Array;
  readonly empty: Uint32Array;
  readonly below: Uint32Array;
}

function usableSamples(
  rows: Uint32Array,
  reads: Float64Array,
  { rarefactionDepth: depth = 0, belowDepth: rule }: CommunityDatasetSettings,
): UsableSamples {
  const isEmpty = (place: number): boolean => reads[rows[place]!] === 0;
  const isBelow = (place: number): boolean => !isEmpty(place) && reads[rows[place]!]! < depth;
  const isUsed = (place: number): boolean => !isEmpty(place) && !(rule === 'drop' && isBelow(place));
  const { length } = rows;
  return {
    places: placesWhere(length, isUsed),
    empty: placesWhere(length, isEmpty),
    below: placesWhere(length, isBelow),
  };
}

/** The places below `count` of which something holds; `filter` would make a list of them first, of twice the memory. */
function placesWhere(count: number, holds: (place: number) => boolean): Uint32Array {
  const found = new Uint32Array(count);
  let next = 0;
  for (let place = 0; place < count; place++) if (holds(place)) found[next++] = place;
  return next === count ? found : found.slice(0, next);
}

function requireSome({
  asked,
  settings,
  places,
  empty,
  belowDepth,
}: Pick<UsableSamples, 'places' | 'empty'> &
  Pick<StreamedDataset, 'settings' | 'belowDepth'> & { readonly asked: string }): void {
  if (places.length > 0) return;
  if (belowDepth.length > 0) throw nothingLeft(asked, settings.rarefactionDepth ?? 0, belowDepth);
  throw dataError('TABLE_EMPTY', `${asked}: none of the ${empty.length} samples in use has a read.`);
}
