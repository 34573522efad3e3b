// Keeps splits as columns of sample metadata, so that QIIME 2, R and pandas read them, and reads them back.
import { dataError } from '../errors.js';
import { textColumn } from '../metadata/metadata-values.js';
import { readSampleMetadata } from '../metadata/read-sample-metadata.js';
import { SampleMetadata } from '../metadata/sample-metadata.js';
import { writeSampleMetadata } from '../metadata/write-sample-metadata.js';
import { quoted, quotedPath } from '../text/quoted.js';
import type { NestedFold } from './nested-folds.js';
import type { SampleSplit } from './sample-split.js';

/** One split. */
export interface SingleSplit {
  /** What it is. */
  readonly kind: 'split';
  /** Its parts. */
  readonly split: SampleSplit;
}

/** The folds of a cross-validation. */
export interface CrossValidation {
  /** What it is. */
  readonly kind: 'folds';
  /** One split per fold. */
  readonly folds: readonly SampleSplit[];
}

/** Folds within folds. */
export interface NestedCrossValidation {
  /** What it is. */
  readonly kind: 'nested';
  /** The outer folds. */
  readonly folds: readonly NestedFold[];
}

/** What a file of a split can hold. */
export type SavedSplit = SingleSplit | CrossValidation | NestedCrossValidation;

/** Name of the column of a fold: the fold itself, or the inner folds of an outer one. */
const innerColumn = (outer: number): string => `inner-fold-of-${foldName(outer)}`;
const foldName = (fold: number): string => `fold-${fold + 1}`;

/**
 * Writes a split as sample metadata, one line per sample, sorted by id:
 *
 * - a split as column `split` with `training` and `validation`;
 * - folds as column `fold` with `fold-1`, `fold-2`, ...: the fold whose validation the sample belongs to;
 * - nested folds as column `fold`, and for each of them `inner-fold-of-fold-1`, ... with the inner fold, empty for the
 *   samples that the outer fold validates.
 *
 * @throws SeqError `SPLIT_IMPOSSIBLE` for folds that do not hold every sample exactly once, `METADATA_MALFORMED` for sample ids
 *   that metadata cannot hold, `FILE_NOT_WRITTEN`
 */
export async function writeSplit(path: string, saved: SavedSplit): Promise<void> {
  const columns = saved.kind === 'split' ? [splitColumn(saved.split)] : [foldColumn('fold', saved.folds)];
  if (saved.kind === 'nested') {
    for (const [i, { inner }] of saved.folds.entries()) columns.push(foldColumn(innerColumn(i), inner));
  }
  const sampleIds = [...columns[0]!.partOf.keys()].sort();
  await writeSampleMetadata(
    path,
    new SampleMetadata(
      sampleIds,
      columns.map(({ name, partOf }) => ({
        name,
        type: 'categorical',
        values: sampleIds.map((id) => partOf.get(id) ?? null),
      })),
    ),
  );
}

/**
 * A split from a file that {@link writeSplit} wrote, or from any sample metadata with such columns, others aside. Samples
 * without a value in `split` or `fold` are in no part.
 *
 * @throws SeqError those of `readSampleMetadata`; `COLUMN_UNKNOWN` for a file with neither column, `METADATA_MALFORMED` for
 *   other values than `writeSplit` writes, `SPLIT_IMPOSSIBLE` for a part without samples.
 */
export async function readSplit(path: string): Promise<SavedSplit> {
  const metadata = await readSampleMetadata(path);
  if (metadata.columns.has('split')) return { kind: 'split', split: splitOf(path, metadata) };
  const folds = foldsOf(path, metadata, 'fold', metadata.sampleIds);
  if (!metadata.columns.has(innerColumn(0))) return { kind: 'folds', folds };
  return {
    kind: 'nested',
    folds: folds.map((fold, i) => ({ ...fold, inner: foldsOf(path, metadata, innerColumn(i), fold.training) })),
  };
}

interface PartColumn {
  readonly name: string;
  readonly partOf: ReadonlyMap<string, string>;
}

function splitColumn({ training, validation }: SampleSplit): PartColumn {
  const parts = [training.map((id) => [id, 'training'] as const), validation.map((id) => [id, 'validation'] as const)];
  return columnOf('split', parts.flat());
}

function foldColumn(name: string, folds: readonly SampleSplit[]): PartColumn {
  const column = columnOf(
    name,
    folds.flatMap(({ validation }, fold) => validation.map((id) => [id, foldName(fold)] as const)),
  );
  const isWhole = folds.every(
    ({ training, validation }) =>
      training.length + validation.length === column.partOf.size && training.every((id) => column.partOf.has(id)),
  );
  if (isWhole) return column;
  throw dataError(
    'SPLIT_IMPOSSIBLE',
    `writeSplit: the folds of column ${quoted(name)} do not validate each of their samples once. Write splits of other kinds one by one.`,
  );
}

function columnOf(name: string, parts: readonly (readonly [id: string, part: string])[]): PartColumn {
  const partOf = new Map(parts);
  if (partOf.size === parts.length) return { name, partOf };
  throw dataError(
    'SPLIT_IMPOSSIBLE',
    `writeSplit: a sample is in two parts of column ${quoted(name)}. Give each sample once.`,
  );
}

function splitOf(path: string, metadata: SampleMetadata): SampleSplit {
  const parts = textColumn(metadata, { column: 'split' });
  const wrong = parts.find((part) => part !== null && part !== 'training' && part !== 'validation');
  if (wrong != null) throw malformed(path, 'split', wrong, '"training" or "validation"');
  const part = (name: string): string[] => metadata.sampleIds.filter((_, i) => parts[i] === name);
  return filled(path, { training: part('training'), validation: part('validation') });
}

function foldsOf(path: string, metadata: SampleMetadata, column: string, sampleIds: readonly string[]): SampleSplit[] {
  const parts = textColumn(metadata, { column, sampleIds });
  const numbers = parts.map((part) =>
    part === null ? null : Number(/^fold-([1-9]\d*)$/.exec(part)?.[1] ?? Number.NaN),
  );
  const wrong = numbers.findIndex((number) => Number.isNaN(number));
  if (wrong !== -1) throw malformed(path, column, parts[wrong]!, '"fold-" and a number');
  const count = numbers.reduce<number>((most, number) => Math.max(most, number ?? 0), 0);
  if (count > sampleIds.length)
    throw malformed(path, column, foldName(count - 1), 'one of as many folds as samples at most');
  return Array.from({ length: count }, (_, fold) =>
    filled(path, {
      training: sampleIds.filter((_id, i) => numbers[i] !== null && numbers[i] !== fold + 1),
      validation: sampleIds.filter((_id, i) => numbers[i] === fold + 1),
    }),
  );
}

function filled(path: string, split: SampleSplit): SampleSplit {
  if (split.training.length * split.validation.length > 0) return split;
  throw dataError(
    'SPLIT_IMPOSSIBLE',
    `readSplit: ${quotedPath(path)} has a part without samples. Give every part some.`,
    {
      details: { path },
    },
  );
}

function malformed(path: string, column: string, value: string, wanted: string): Error {
  return dataError(
    'METADATA_MALFORMED',
    `readSplit: column ${quoted(column)} of ${quotedPath(path)} has the value ${quoted(value)}. Needed is ${wanted}.`,
    { details: { path, column, value } },
  );
}
