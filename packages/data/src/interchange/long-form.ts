// A feature table as rows of sample, feature and count, in both directions. Knows no file format.
import { dataError } from '../errors.js';
import { buildFeatureTable } from '../table/build-feature-table.js';
import type { FeatureTable } from '../table/feature-table.js';
import { lineage } from '../table/lineage.js';
import { requireTexts } from '../table/require-writable.js';
import { quoted, quotedPath } from '../text/quoted.js';

/** Names of the columns of a long form; the last is there only if the table has a taxonomy. */
export const longFormColumns = {
  sample: 'sample_id',
  feature: 'feature_id',
  count: 'count',
  taxonomy: 'taxonomy',
} as const;

const rowsAtOnce = 2 ** 18;

/** Some rows, by index of sample and feature. */
export interface LongRows {
  readonly samples: Uint32Array;
  readonly features: Uint32Array;
  readonly counts: Float64Array;
}

/**
 * The rows of a table, sample by sample, in pieces of a bounded number. The first sample has a row for every feature and each
 * sample at least one, with the count 0 where there are no reads: so the first mention of each id keeps the order of both
 * axes, and no id is lost.
 */
export function* longRows(table: FeatureTable, rowsPerPiece: number = rowsAtOnce): Generator<LongRows> {
  let piece = emptyRows(rowsPerPiece);
  let filled = 0;
  for (const [sample, feature, count] of entriesOf(table)) {
    piece.samples[filled] = sample;
    piece.features[filled] = feature;
    piece.counts[filled++] = count;
    if (filled < rowsPerPiece) continue;
    yield piece;
    [piece, filled] = [emptyRows(rowsPerPiece), 0];
  }
  if (filled > 0) yield firstRows(piece, filled);
}

function* entriesOf(table: FeatureTable): Generator<readonly [sample: number, feature: number, count: number]> {
  const { sampleOffsets, featureIndices, counts } = table;
  for (let feature = 0, entry = 0; feature < table.featureCount; feature++) {
    const isStored = entry < sampleOffsets[1]! && featureIndices[entry] === feature;
    yield [0, feature, isStored ? counts[entry++]! : 0];
  }
  for (let sample = 1; sample < table.sampleCount; sample++) {
    const [start, end] = [sampleOffsets[sample]!, sampleOffsets[sample + 1]!];
    if (start === end) yield [sample, 0, 0];
    for (let entry = start; entry < end; entry++) yield [sample, featureIndices[entry]!, counts[entry]!];
  }
}

const emptyRows = (length: number): LongRows => ({
  samples: new Uint32Array(length),
  features: new Uint32Array(length),
  counts: new Float64Array(length),
});

const firstRows = ({ samples, features, counts }: LongRows, length: number): LongRows => ({
  samples: samples.subarray(0, length),
  features: features.subarray(0, length),
  counts: counts.subarray(0, length),
});

/** Texts of the columns: ids by index, and the lineage of each feature if the table has a taxonomy. */
export interface LongTexts {
  readonly samples: readonly string[];
  readonly features: readonly string[];
  readonly lineages: readonly string[] | undefined;
}

/** Texts of a table; refuses those that the readers of these formats, or ours, would not give back. */
export function longTexts({ sampleIds, featureIds, taxonomy }: FeatureTable): LongTexts {
  const isKept = (text: string): boolean => !text.startsWith('\uFEFF');
  const mark = 'a byte-order mark in front';
  requireTexts('sample id', sampleIds, isKept, mark);
  requireTexts('feature id', featureIds, isKept, mark);
  const isRank = (rank: string): boolean => rank === rank.trim() && !/[;|]/.test(rank);
  requireTexts('rank', (taxonomy ?? []).flat(), isRank, 'blanks around it, or ";" or "|" in it');
  return { samples: sampleIds, features: featureIds, lineages: taxonomy?.map((ranks) => ranks.join('; ')) };
}

/** Columns of some rows as a file gives them: values of any type. */
export interface LongColumns {
  readonly length: number;
  readonly sample: (row: number) => unknown;
  readonly feature: (row: number) => unknown;
  readonly count: (row: number) => unknown;
  readonly taxonomy?: ((row: number) => unknown) | undefined;
}

/** Gathers rows until the table can be made of them. */
export class LongFormReader {
  readonly #path: string;
  readonly #samples = new Map<string, number>();
  readonly #features = new Map<string, number>();
  readonly #lineages: (string | undefined)[] = [];
  readonly #pieces: LongRows[] = [];
  #rowCount = 0;
  #hasTaxonomy = false;

  /** `path` is for errors only. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Adds some rows. */
  add(columns: LongColumns): void {
    for (let start = 0; start < columns.length; start += rowsAtOnce) {
      this.#addPiece(columns, start, Math.min(columns.length, start + rowsAtOnce));
    }
  }

  /** Piece by piece, so that a claim of absurdly many rows ends at the first that is missing, before memory is taken. */
  #addPiece({ sample, feature, count, taxonomy }: LongColumns, start: number, end: number): void {
    const rows = emptyRows(end - start);
    for (let row = start; row < end; row++) {
      const index = this.#indexOf(this.#features, feature(row), longFormColumns.feature, row - start);
      rows.samples[row - start] = this.#indexOf(this.#samples, sample(row), longFormColumns.sample, row - start);
      rows.features[row - start] = index;
      rows.counts[row - start] = this.#countOf(count(row), row - start);
      if (taxonomy !== undefined) this.#addLineage(index, taxonomy(row), row - start);
    }
    this.#pieces.push(rows);
    this.#rowCount += rows.counts.length;
  }

  /** The table of all rows. */
  table(): FeatureTable {
    const all = emptyRows(this.#rowCount);
    let start = 0;
    for (const { samples, features, counts } of this.#pieces) {
      all.samples.set(samples, start);
      all.features.set(features, start);
      all.counts.set(counts, start);
      start += counts.length;
    }
    const featureIds = [...this.#features.keys()];
    const taxonomy = this.#hasTaxonomy ? featureIds.map((_, i) => lineage(this.#lineages[i] ?? '')) : undefined;
    return buildFeatureTable({ sampleIds: [...this.#samples.keys()], featureIds, ...all, taxonomy });
  }

  #indexOf(indices: Map<string, number>, value: unknown, column: string, row: number): number {
    const id = typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : value;
    if (typeof id !== 'string') throw this.#malformed(`${describe(value)} in column ${quoted(column)}, not an id`, row);
    const known = indices.get(id);
    if (known !== undefined) return known;
    indices.set(id, indices.size);
    return indices.size - 1;
  }

  #countOf(value: unknown, row: number): number {
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return Number(value);
    throw this.#malformed(`${describe(value)} in column ${quoted(longFormColumns.count)}, not a number`, row);
  }

  #addLineage(feature: number, value: unknown, row: number): void {
    this.#hasTaxonomy = true;
    if (value === null || value === undefined) return;
    if (typeof value !== 'string') throw this.#malformed(`${describe(value)} in column "taxonomy", not a text`, row);
    const known = this.#lineages[feature];
    if (known !== undefined && known !== value) {
      throw this.#malformed(`the lineage ${quoted(value)} for a feature that had ${quoted(known)} before`, row);
    }
    this.#lineages[feature] = value;
  }

  #malformed(found: string, row: number): Error {
    return longFormError(this.#path, `row ${this.#rowCount + row + 1} has ${found}`);
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'string' ? quoted(value) : typeof value === 'number' ? String(value) : `a ${typeof value}`;
}

/** The error of a file that is no feature table in long form. */
export function longFormError(path: string, found: string, cause?: unknown): Error {
  const { sample, feature, count } = longFormColumns;
  return dataError(
    'FILE_MALFORMED',
    `${quotedPath(path)} cannot be read as a feature table in long form: ${found}. ` +
      `Needed are the columns ${sample}, ${feature} and ${count}, with one row for each count.`,
    { details: { path }, cause },
  );
}

/** The error of a file that its library refused, or failed on. */
export function unreadableFile(path: string, format: 'Arrow' | 'Parquet', cause: unknown): Error {
  const found = `it is no whole ${format} file (${(cause as Error).message})`;
  return longFormError(path, found, cause);
}
