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
import { requireValidIds } from '../table/feature-table.js';
import { counted, firstFew } from '../text/quoted.js';
import type { FeatureTableSource, SourceReadOptions } from './feature-table-source.js';

/**
 * How samples of a source become batches: as in memory, but samples keep the order of the source, whatever the order of
 * `sampleIds`, and steps of augmentation that mix samples take theirs from those that are shuffled together.
 */
export interface StreamedDatasetOptions extends CommunityDatasetOptions, SourceReadOptions {}

/** Samples of a source, ready to be put into batches. Make it with {@link createStreamedDataset}. */
export interface StreamedDataset extends PreparedSamples {
  /** Where the counts are; it must stay open. */
  readonly source: FeatureTableSource;
  /** Place in the source of each sample in use, ascending, N numbers; batches name a sample by its index here. */
  readonly rows: Uint32Array;
  /** N. */
  readonly sampleCount: number;
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
  const { sequences, sampleIds, columns, augmentation, signal, ...given } = options;
  const settings = withDefaults(given);
  requireSettings(asked, settings, sequences, source.featureCount);
  const chosen = await chooseRows(source, sampleIds, { asked, signal });
  const described =
    columns === undefined ? {} : packSampleColumns(asked, columns, sampleIds ?? (await source.sampleIds()));
  const reads = await readsOf(source, chosen.rows, { asked, depth: settings.rarefactionDepth, signal });
  const { rows, places, ...dropped } = await usableRows(source, chosen, reads, { asked, settings, signal });
  return {
    source,
    rows,
    sampleCount: rows.length,
    sequences,
    ...dropped,
    settings,
    tokens: packTokens(sequences, new Uint8Array(source.featureCount).fill(1), settings.basesPerAsv),
    sequenceRanks: ranksBySequence(sequences, source.featureIds),
    columns: pickSampleColumns(described, places, chosen.rows.length),
    augmentation,
  };
}

interface ChosenRows {
  /** Rows of the source, ascending. */
  readonly rows: Uint32Array;
  /** Place of each in the options, whose columns follow the order that was given. */
  readonly places: Uint32Array;
}

type Asked = SourceReadOptions & { readonly asked: string };

async function chooseRows(
  source: FeatureTableSource,
  sampleIds: readonly string[] | undefined,
  { asked, signal }: Asked,
): Promise<ChosenRows> {
  if (sampleIds === undefined) {
    const rows = Uint32Array.from({ length: source.sampleCount }, (_, row) => row);
    return { rows, places: rows };
  }
  requireValidIds('sample', sampleIds);
  const placeOf = new Map(sampleIds.map((id, place) => [id, place]));
  const rows: number[] = [];
  const places: number[] = [];
  for (const [row, id] of (await source.sampleIds({ signal })).entries()) {
    const place = placeOf.get(id);
    if (place === undefined) continue;
    rows.push(row);
    places.push(place);
    placeOf.delete(id);
  }
  if (placeOf.size > 0) {
    throw dataError(
      'SAMPLE_UNKNOWN',
      `${asked}: ${counted(placeOf.size, 'sample')} of ${sampleIds.length} not in the table (first: ` +
        `${firstFew([...placeOf.keys()])}). Ids must be written as in the table.`,
      { details: { count: placeOf.size, first: [...placeOf.keys()].slice(0, 3) } },
    );
  }
  return { rows: Uint32Array.from(rows), places: Uint32Array.from(places) };
}

/** Reads of each sample of the source, of use only at the given rows; looks at their counts where it must. */
async function readsOf(
  source: FeatureTableSource,
  rows: Uint32Array,
  { asked, depth, signal }: Asked & { readonly depth: number | undefined },
): Promise<Float64Array> {
  const known = await source.sampleReads({ signal });
  if (known !== undefined && (depth === undefined || source.hasWholeCounts)) return known;
  const { featureIds, samplesPerBlock, sampleCount } = source;
  const isUsed = new Uint8Array(sampleCount);
  for (const row of rows) isUsed[row] = 1;
  const reads = new Float64Array(sampleCount);
  for (let start = 0; start < sampleCount; start += samplesPerBlock) {
    const end = Math.min(start + samplesPerBlock, sampleCount);
    const block = await source.samples(start, end, { signal });
    const used = [...block.sampleIds.keys()].filter((i) => isUsed[start + i] === 1);
    if (depth !== undefined) requireWholeReads(asked, { ...block, featureIds }, used);
    for (const i of used) {
      for (let entry = block.sampleOffsets[i]!; entry < block.sampleOffsets[i + 1]!; entry++) {
        reads[start + i]! += block.counts[entry]!;
      }
    }
  }
  return reads;
}

async function usableRows(
  source: FeatureTableSource,
  { rows, places }: ChosenRows,
  reads: Float64Array,
  { asked, settings, signal }: Asked & { readonly settings: CommunityDatasetSettings },
): Promise<ChosenRows & Pick<StreamedDataset, 'belowDepth' | 'withoutReads'>> {
  const { rarefactionDepth: depth = 0, belowDepth: rule } = settings;
  const isEmpty = (row: number): boolean => reads[row] === 0;
  const isBelow = (row: number): boolean => !isEmpty(row) && reads[row]! < depth;
  const isKept = (row: number): boolean => !isEmpty(row) && !(rule === 'drop' && isBelow(row));
  const [empty, below] = [rows.filter(isEmpty), rows.filter(isBelow)];
  if (empty.length === rows.length) {
    throw dataError('TABLE_EMPTY', `${asked}: none of the ${rows.length} samples in use has a read.`);
  }
  const namesOf = async (some: Uint32Array) => (some.length === 0 ? [] : source.sampleIds({ signal, rows: some }));
  const withoutReads = await namesOf(empty);
  const belowDepth = (await namesOf(below)).map((sampleId, i) => ({ sampleId, reads: reads[below[i]!]! }));
  const kept = rows.filter(isKept);
  if (kept.length === 0) throw nothingLeft(asked, depth, belowDepth);
  return { rows: kept, places: places.filter((_, i) => isKept(rows[i]!)), belowDepth, withoutReads };
}
