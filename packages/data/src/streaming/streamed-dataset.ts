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
import { packSampleColumns, pickSampleColumns } from '../batches/sample-columns.js';
import { dataError } from '../errors.js';
import { requireWholeReads } from '../rarefaction/require-whole-reads.js';
import { nothingLeft } from '../rarefaction/samples-below.js';
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
  const all = await source.sampleIds({ signal });
  const chosen = { sampleIds: sampleIds ?? all, rows: rowsOfIds(asked, all, sampleIds ?? all) };
  const described = packSampleColumns(asked, columns, chosen.sampleIds);
  const reads = await readsOf(source, chosen.rows, { asked, depth: settings.rarefactionDepth, signal });
  const { places, ...dropped } = usableSamples(chosen, reads, { asked, settings });
  const isAll = chosen.rows.length === places.length;
  const rows = isAll ? chosen.rows : places.map((place) => chosen.rows[place]!);
  return {
    source,
    sampleIds: isAll ? chosen.sampleIds : Array.from(places, (place) => chosen.sampleIds[place]!),
    featureIds: source.featureIds,
    rows,
    readingOrder: sortedByRow(rows),
    sequences,
    ...dropped,
    settings,
    ...readOfFeatures(source, { sequences, settings, alike }),
    columns: pickSampleColumns(described, places, chosen.rows.length),
    augmentation,
  };
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

interface ChosenSamples {
  readonly sampleIds: readonly string[];
  /** Row of each in the source. */
  readonly rows: Uint32Array;
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

function usableSamples(
  { sampleIds, rows }: ChosenSamples,
  reads: Float64Array,
  { asked, settings }: { readonly asked: string; readonly settings: CommunityDatasetSettings },
): Pick<StreamedDataset, 'belowDepth' | 'withoutReads'> & { readonly places: Uint32Array } {
  const { rarefactionDepth: depth = 0, belowDepth: rule } = settings;
  const isEmpty = (place: number): boolean => reads[rows[place]!] === 0;
  const isBelow = (place: number): boolean => !isEmpty(place) && reads[rows[place]!]! < depth;
  const all = rows.map((_, place) => place);
  const empty = all.filter(isEmpty);
  if (empty.length === rows.length) {
    throw dataError('TABLE_EMPTY', `${asked}: none of the ${rows.length} samples in use has a read.`);
  }
  const withoutReads = Array.from(empty, (place) => sampleIds[place]!);
  const belowDepth = Array.from(all.filter(isBelow), (place) => {
    return { sampleId: sampleIds[place]!, reads: reads[rows[place]!]! };
  });
  const places = all.filter((place) => !isEmpty(place) && !(rule === 'drop' && isBelow(place)));
  if (places.length === 0) throw nothingLeft(asked, depth, belowDepth);
  return { places, belowDepth, withoutReads };
}
