// A feature table whose counts are read when they are asked for. Knows no file format.
import { dataError } from '../errors.js';
import { FeatureTable, requireValidIds } from '../table/feature-table.js';
import { rowsOfTable, type SampleRows } from '../table/sample-rows.js';
import { unknownSamples } from '../table/select-samples.js';
import type { PackedTexts } from '../text/packed-texts.js';

/** Options of everything that reads from a source. */
export interface SourceReadOptions {
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `sampleIds` of a source. */
export interface SampleIdsOptions extends SourceReadOptions {
  /** Whose names are wanted, in this order; each below N. Default: all. */
  readonly rows?: Uint32Array | undefined;
}

/** Options of `packedSampleIds` of a source. */
export interface PackedSampleIdsOptions extends SourceReadOptions {
  /** Whose names are wanted, in this order; each below N. */
  readonly rows: Uint32Array;
}

/**
 * A feature table whose shape, features and metadata are known and whose counts are still in their file.
 *
 * Several readings may be asked for at once. Close it with `await using` or `[Symbol.asyncDispose]()`.
 */
export interface FeatureTableSource extends AsyncDisposable {
  /** N. */
  readonly sampleCount: number;
  /** M. */
  readonly featureCount: number;
  /** Counts that are stored; some formats also store zeros, which are no entries of the table. */
  readonly entryCount: number;
  /** Names of the M features. */
  readonly featureIds: readonly string[];
  /** Ranks of each feature from domain to species, M lists; undefined where the source has none. */
  readonly taxonomy: readonly (readonly string[])[] | undefined;
  /** Samples that are read together at the least cost: readings best start and end at multiples of this number. */
  readonly samplesPerBlock: number;
  /** Names of the N samples, or of those in the given rows. */
  sampleIds(options?: SampleIdsOptions): Promise<readonly string[]>;
  /** Names of the samples in the given rows, packed; only where the source need not make a list of texts for it. */
  packedSampleIds?(options: PackedSampleIdsOptions): Promise<PackedTexts>;
  /** Metadata that the table itself carries per sample, by name; undefined where there is none. */
  sampleMetadata(options?: SourceReadOptions): Promise<ReadonlyMap<string, readonly (string | null)[]> | undefined>;
  /**
   * Reads of each sample, N numbers, where the source has them at hand; undefined where all counts would have to be
   * read. They are known to be sums of whole counts only if `hasWholeCounts`.
   */
  sampleReads(options?: SourceReadOptions): Promise<Float64Array | undefined>;
  /** Whether every count is known to be a whole number without looking at it. */
  readonly hasWholeCounts: boolean;
  /** True where all counts are in memory already, since their format allows nothing else; absent or false elsewhere. */
  readonly isInMemory?: boolean | undefined;
  /**
   * Counts of the samples from `start` to before `end`.
   *
   * @throws SeqError `OPTION_INVALID` for a range outside the table; `FILE_MALFORMED`, `FILE_UNREADABLE`,
   *   `TABLE_COUNT_INVALID`, `TABLE_INVALID` for what is found damaged only now.
   */
  samples(start: number, end: number, options?: SourceReadOptions): Promise<SampleRows>;
}

/** Samples that are read together where the format has no blocks of its own. */
export const usualSamplesPerBlock = 256;

/** A table in memory as a source, so that one way of streaming serves every table. */
export function sourceOfTable(table: FeatureTable): FeatureTableSource {
  const { sampleCount, featureCount, entryCount, featureIds, taxonomy } = table;
  return {
    sampleCount,
    featureCount,
    entryCount,
    featureIds,
    taxonomy,
    samplesPerBlock: usualSamplesPerBlock,
    hasWholeCounts: false,
    isInMemory: true,
    sampleIds: async ({ rows } = {}) => idsOf(table.sampleIds, rows),
    sampleMetadata: async () => table.sampleMetadata,
    sampleReads: async () => undefined,
    samples: async (start, end, { signal } = {}) => {
      signal?.throwIfAborted();
      requireSampleRange(start, end, sampleCount);
      return rowsOfTable(table, start, end);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/**
 * The whole table of a source, in memory.
 *
 * @throws SeqError as `samples` of the source; `TABLE_ID_INVALID` for sample ids that stand twice.
 */
export async function tableOfSource(
  source: FeatureTableSource,
  options: SourceReadOptions = {},
): Promise<FeatureTable> {
  const { featureIds, taxonomy, sampleCount } = source;
  const rows = await source.samples(0, sampleCount, options);
  return new FeatureTable({ featureIds, taxonomy, ...rows, sampleMetadata: await source.sampleMetadata(options) });
}

/** All names, or those of the given rows. */
export function idsOf(sampleIds: readonly string[], rows: Uint32Array | undefined): readonly string[] {
  return rows === undefined ? sampleIds : Array.from(rows, (row) => sampleIds[row]!);
}

/**
 * Rows of the given samples among all that a source has, in the order given.
 *
 * @throws SeqError `SAMPLE_UNKNOWN`, `TABLE_ID_INVALID` for a sample that is given twice.
 */
export function rowsOfIds(asked: string, all: readonly string[], sampleIds: readonly string[]): Uint32Array {
  if (sampleIds === all) return new Uint32Array(all.length).map((_, row) => row);
  requireValidIds('sample', sampleIds);
  const wanted = new Map(sampleIds.map((id, place) => [id, place]));
  const rows = new Uint32Array(sampleIds.length);
  for (const [row, id] of all.entries()) {
    const place = wanted.get(id);
    if (place === undefined) continue;
    rows[place] = row;
    wanted.delete(id);
  }
  if (wanted.size > 0) throw unknownSamples(asked, [...wanted.keys()], sampleIds.length);
  return rows;
}

/** Refuses a range of samples outside the table. */
export function requireSampleRange(start: number, end: number, sampleCount: number): void {
  const isRange = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= sampleCount;
  if (isRange) return;
  throw dataError(
    'OPTION_INVALID',
    `samples: the range from ${start} to ${end} does not lie within the ${sampleCount} samples of the table.`,
  );
}
