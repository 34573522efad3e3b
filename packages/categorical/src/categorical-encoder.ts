// From the text of metadata columns to indices. It takes plain string columns and knows no metadata file, no tensors.
import { SeqError } from '@seq/tensor';
import { type CategoricalSchema, categoricalSchema, defaultEmbeddingWidth } from './categorical-schema.js';
import { compareCodePoints } from './code-point-order.js';
import type { CategoricalErrorCode } from './errors.js';

/** Text of one metadata column, one entry per sample; null or undefined where the value is missing. */
export type StringColumn = readonly (string | null | undefined)[];

/** Metadata columns by name. A map serves names that clash with object properties; an object its own keys only. */
export type StringColumns = ReadonlyMap<string, StringColumn> | Readonly<Record<string, StringColumn>>;

/** Options of {@link CategoricalEncoder.fit}. */
export interface FitCategoricalEncoderOptions {
  /** Columns in which an unknown or missing value is an error. Default: none. */
  readonly required?: readonly string[];
}

/** Options of {@link CategoricalEncoder.schema}. */
export interface CategoricalSchemaOptions {
  /** Width of every column's embedding, or one per column name. Default 16. */
  readonly embeddingWidth?: number | ReadonlyMap<string, number>;
}

const FORMAT = 'seq-categorical-encoder';
const VERSION = 1;

/** The saved form of a {@link CategoricalEncoder}; safe to put inside other JSON. */
export interface CategoricalEncoderJson {
  /** Tells this form from others. */
  readonly format: typeof FORMAT;
  /** Version of the form. */
  readonly version: typeof VERSION;
  /** The fitted columns in alphabetical order. */
  readonly columns: readonly CategoricalColumnJson[];
}

/** One column in {@link CategoricalEncoderJson}. */
export interface CategoricalColumnJson {
  /** Name of the metadata column. */
  readonly name: string;
  /** Whether an unknown or missing value is an error. */
  readonly isRequired: boolean;
  /** Categories in the order of their indices, from index 1. */
  readonly categories: readonly string[];
}

interface FittedColumn {
  readonly categories: readonly string[];
  readonly indices: ReadonlyMap<string, number>;
  readonly isRequired: boolean;
}

/**
 * Numbers the categories of metadata columns: the distinct values seen when fitted, sorted as text, from 1; index 0
 * stands for a value that is missing or was not seen. Values are compared exactly: no trimming, no change of case, and
 * `"10"` sorts before `"9"`.
 */
export class CategoricalEncoder {
  readonly #columns: ReadonlyMap<string, FittedColumn>;

  private constructor(columns: ReadonlyMap<string, FittedColumn>) {
    this.#columns = columns;
  }

  /**
   * Learns the categories of the given columns. Fit on training samples only.
   *
   * @throws SeqError `SCHEMA_INVALID` if a name is empty; `CATEGORY_COLUMN_MISSING` if a required column is not given.
   */
  static fit(columns: StringColumns, { required = [] }: FitCategoricalEncoderOptions = {}): CategoricalEncoder {
    const given = new Map(entriesOf(columns));
    const absent = required.filter((name) => !given.has(name));
    if (absent.length > 0) throw columnMissing('CategoricalEncoder.fit', absent[0]!, absent.length, given.keys());
    const fitted = [...given].map(([name, values]): [string, FittedColumn] => {
      const categories = [...new Set(values.filter((value) => value !== null && value !== undefined))];
      return [name, fittedColumn(categories.sort(compareCodePoints), required.includes(name))];
    });
    return CategoricalEncoder.#of(fitted);
  }

  static #of(columns: readonly (readonly [string, FittedColumn])[]): CategoricalEncoder {
    categoricalSchema(columns.map(([name]) => ({ name, cardinality: 1 })));
    return new CategoricalEncoder(new Map([...columns].sort(([a], [b]) => compareCodePoints(a, b))));
  }

  /** Names of the fitted columns in alphabetical order. */
  get columnNames(): readonly string[] {
    return [...this.#columns.keys()];
  }

  /**
   * Categories of a column; the category at place i has index i + 1.
   *
   * @throws SeqError `CATEGORY_COLUMN_MISSING` if the column was not fitted.
   */
  categories(name: string): readonly string[] {
    const column = this.#columns.get(name);
    if (column === undefined) throw columnMissing('categories', name, 1, this.#columns.keys());
    return column.categories;
  }

  /** What a model needs to know of the columns. */
  schema({ embeddingWidth = defaultEmbeddingWidth }: CategoricalSchemaOptions = {}): CategoricalSchema {
    const widthOf = (name: string): number =>
      typeof embeddingWidth === 'number' ? embeddingWidth : (embeddingWidth.get(name) ?? defaultEmbeddingWidth);
    return categoricalSchema(
      [...this.#columns].map(([name, { categories, isRequired }]) => ({
        name,
        isRequired,
        cardinality: categories.length + 1,
        embeddingWidth: widthOf(name),
      })),
    );
  }

  /**
   * Indices of the values, one array per fitted column. The result is an object whose keys are all its own, so that
   * any column name is safe.
   *
   * @param columns - text by column; columns that were not fitted are ignored.
   * @throws SeqError `CATEGORY_COLUMN_MISSING` if a fitted column is not given; `CATEGORY_UNKNOWN` if a required column
   * has unknown or missing values.
   */
  encode(columns: StringColumns): Readonly<Record<string, Int32Array>> {
    const given = new Map(entriesOf(columns));
    const absent = this.columnNames.filter((name) => !given.has(name));
    if (absent.length > 0) throw columnMissing('encode', absent[0]!, absent.length, given.keys());
    const encoded = [...this.#columns].map(([name, column]): [string, Int32Array] => {
      const values = given.get(name)!;
      const indices = Int32Array.from(values, (value) =>
        value === null || value === undefined ? 0 : (column.indices.get(value) ?? 0),
      );
      if (column.isRequired) refuseUnknown(name, values, indices);
      return [name, indices];
    });
    return Object.fromEntries(encoded);
  }

  /** The category behind an index of a column; null for 0. */
  decode(name: string, index: number): string | null {
    const categories = this.categories(name);
    if (index === 0) return null;
    const category = categories[index - 1];
    if (category !== undefined) return category;
    throw new SeqError<CategoricalErrorCode>(
      'CATEGORY_INDEX_INVALID',
      `decode: index ${index} of "${name}" does not exist. Its indices are 0 to ${categories.length}.`,
      { details: { name, index } },
    );
  }

  /** The saved form; `JSON.stringify` calls it. */
  toJSON(): CategoricalEncoderJson {
    const columns = [...this.#columns].map(([name, { isRequired, categories }]) => ({ name, isRequired, categories }));
    return { format: FORMAT, version: VERSION, columns };
  }

  /**
   * The encoder behind a saved form, which is checked.
   *
   * @throws SeqError `ENCODER_BROKEN` naming what is wrong.
   */
  static fromJSON(saved: unknown): CategoricalEncoder {
    if (!isRecord(saved) || saved.format !== FORMAT || saved.version !== VERSION) {
      throw encoderBroken(`format ${FORMAT}, version ${VERSION} was expected`);
    }
    if (!Array.isArray(saved.columns)) throw encoderBroken('it has no list of columns');
    const columns = saved.columns.map((column: unknown): [string, FittedColumn] => {
      if (!isRecord(column) || typeof column.name !== 'string' || typeof column.isRequired !== 'boolean') {
        throw encoderBroken('a column has no name or does not say whether it is required');
      }
      const { name, isRequired, categories } = column;
      if (!isDistinctText(categories)) throw encoderBroken(`the categories of "${name}" are no distinct texts`);
      return [name, fittedColumn([...categories], isRequired)];
    });
    return CategoricalEncoder.#of(columns);
  }
}

function fittedColumn(categories: readonly string[], isRequired: boolean): FittedColumn {
  return { categories, isRequired, indices: new Map(categories.map((category, i) => [category, i + 1])) };
}

function entriesOf(columns: StringColumns): Iterable<readonly [string, StringColumn]> {
  return columns instanceof Map ? columns : Object.entries(columns);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDistinctText(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.every((item) => typeof item === 'string') && new Set(value).size === value.length
  );
}

function refuseUnknown(name: string, values: StringColumn, indices: Int32Array): void {
  const first = indices.indexOf(0);
  if (first < 0) return;
  const count = indices.reduce((sum, index) => sum + Number(index === 0), 0);
  const value = values[first] ?? null;
  throw new SeqError<CategoricalErrorCode>(
    'CATEGORY_UNKNOWN',
    `encode: the required column "${name}" has ${count} of ${values.length} values that are missing or unknown ` +
      `(first: ${JSON.stringify(value)} in row ${first}). Fill them in, drop these samples or make the column optional.`,
    { details: { name, count, row: first, value } },
  );
}

function columnMissing(asked: string, name: string, count: number, given: Iterable<string>): SeqError {
  const known = [...given];
  const more = count > 1 ? ` and ${count - 1} more` : '';
  return new SeqError<CategoricalErrorCode>(
    'CATEGORY_COLUMN_MISSING',
    `${asked}: the column "${name}"${more} is not among the ${known.length} columns (${known.slice(0, 5).join(', ')}). ` +
      'Give the column or leave it out of the model.',
    { details: { name, count, known } },
  );
}

function encoderBroken(found: string): SeqError<CategoricalErrorCode> {
  const message = `CategoricalEncoder.fromJSON: ${found}. Save the encoder again.`;
  return new SeqError<CategoricalErrorCode>('ENCODER_BROKEN', message);
}
