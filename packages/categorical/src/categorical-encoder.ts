// From the text of metadata columns to indices. It takes plain string columns and knows no metadata file, no tensors.
import { SeqError } from '@seq/tensor';
import { type CategoricalSchema, categoricalSchema } from './categorical-schema.js';
import { compareCodePoints } from './code-point-order.js';
import { type EncodedColumn, encodeColumns } from './encode-columns.js';
import type { CategoricalErrorCode } from './errors.js';
import { type ColumnWithValues, categoriesOf, type FittedColumn, fittedColumn, fittedParent } from './fitted-column.js';
import { encoderBroken, isRecord, savedColumns } from './saved-columns.js';
import { checkedColumns, columnsByName, type StringColumn, type StringColumns } from './string-columns.js';
import type { UnseenReport } from './unseen-report.js';

/** Options of {@link CategoricalEncoder.fit}. */
export interface FitCategoricalEncoderOptions {
  /** Columns in which an unknown or missing value is an error. Default: none. */
  readonly required?: readonly string[];
  /** Parent column by column, such as `city` → `country`. Default: none has a parent. */
  readonly parents?: ReadonlyMap<string, string>;
}

/** Options of {@link CategoricalEncoder.schema}. */
export interface CategoricalSchemaOptions {
  /** Width of every column's embedding, or one per column name. Default 16, or the width of the parent. */
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
  /** Name of the parent column. Absent: it has none. */
  readonly parent?: string;
  /** Index of each category's parent in the parent column, 0 for none; present with `parent`. */
  readonly parentIndices?: readonly number[];
}

/** Indices of samples and what could not be told from text. */
export interface EncodedCategories {
  /** One array per fitted column, one index per sample; all keys are the object's own. */
  readonly indices: Readonly<Record<string, Int32Array>>;
  /** Missing and unseen values by column. */
  readonly unseen: UnseenReport;
}

/**
 * Numbers the categories of metadata columns: the distinct values seen when fitted, sorted as text, from 1; index 0
 * stands for a value that is missing or was not seen. Values are compared exactly: no trimming, no change of case, and
 * `"10"` sorts before `"9"`.
 *
 * A column may have a parent column. Each of its categories then belongs to one category of the parent: a missing parent
 * follows from a known child, and a child under another parent than in training counts as unseen.
 */
export class CategoricalEncoder {
  readonly #columns: ReadonlyMap<string, FittedColumn>;

  private constructor(columns: ReadonlyMap<string, FittedColumn>) {
    this.#columns = columns;
  }

  /**
   * Learns the categories of the given columns. Fit on training samples only.
   *
   * @throws SeqError `SCHEMA_INVALID` if a name is empty or parents go in a circle; `CATEGORY_COLUMN_MISSING` if a
   * required column or a parent is not given; `CATEGORY_NOT_TEXT`, `CATEGORY_INDEX_INVALID` for columns that are no text
   * or of different lengths; `HIERARCHY_AMBIGUOUS` for a category under several parents.
   */
  static fit(columns: StringColumns, options: FitCategoricalEncoderOptions = {}): CategoricalEncoder {
    const asked = 'CategoricalEncoder.fit';
    const { required = [], parents = new Map() } = options;
    const given = checkedColumns(asked, columns);
    const absent = [...required, ...parents.keys(), ...parents.values()].filter((name) => !given.has(name));
    if (absent.length > 0) throw columnMissing(asked, absent[0]!, new Set(absent).size, given.keys());
    const withValues = new Map(
      [...given].map(([name, values]): [string, ColumnWithValues] => [
        name,
        { name, values, categories: categoriesOf(values) },
      ]),
    );
    const fitted = [...withValues.values()].map((column): [string, FittedColumn] => {
      const above = withValues.get(parents.get(column.name) ?? '');
      const parent = above === undefined ? undefined : fittedParent(column, above);
      return [column.name, fittedColumn(column.categories, required.includes(column.name), parent)];
    });
    return CategoricalEncoder.#of(fitted);
  }

  static #of(columns: readonly (readonly [string, FittedColumn])[]): CategoricalEncoder {
    const ordered = [...columns].sort(([a], [b]) => compareCodePoints(a, b));
    const encoder = new CategoricalEncoder(new Map(ordered));
    schemaOf(columns);
    return encoder;
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
  schema({ embeddingWidth }: CategoricalSchemaOptions = {}): CategoricalSchema {
    return schemaOf([...this.#columns], embeddingWidth);
  }

  /**
   * Indices of the values, one array per fitted column. The result is an object whose keys are all its own, so that
   * any column name is safe.
   *
   * @param columns - text by column; columns that were not fitted are ignored.
   * @throws SeqError as {@link CategoricalEncoder.encodeWithReport}.
   */
  encode(columns: StringColumns): Readonly<Record<string, Int32Array>> {
    return this.encodeWithReport(columns).indices;
  }

  /**
   * Indices of the values, and how many were missing or not seen in training.
   *
   * @param columns - text by column; columns that were not fitted are ignored.
   * @throws SeqError `CATEGORY_COLUMN_MISSING` if a fitted column is not given; `CATEGORY_UNKNOWN` if a required column
   * has unknown or missing values; `CATEGORY_NOT_TEXT`, `CATEGORY_INDEX_INVALID` as {@link CategoricalEncoder.fit}.
   */
  encodeWithReport(columns: StringColumns): EncodedCategories {
    const known = columnsByName(columns);
    const absent = this.columnNames.filter((name) => !known.has(name));
    if (absent.length > 0) throw columnMissing('encode', absent[0]!, absent.length, known.keys());
    const given = checkedColumns('encode', new Map(this.columnNames.map((name) => [name, known.get(name)!])));
    const encoded = encodeColumns(this.#columns, given);
    for (const [name, column] of encoded)
      if (this.#columns.get(name)!.isRequired) refuseUnknown(column, given.get(name)!);
    return {
      indices: Object.fromEntries([...encoded].map(([name, { indices }]) => [name, indices])),
      unseen: [...encoded.values()].map(({ unseen }) => unseen),
    };
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
    const columns = [...this.#columns].map(([name, { isRequired, categories, parent }]) => {
      const above = parent === undefined ? {} : { parent: parent.name, parentIndices: parent.indices };
      return { name, isRequired, categories, ...above };
    });
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
    return CategoricalEncoder.#of(savedColumns(saved.columns));
  }
}

function schemaOf(
  columns: readonly (readonly [string, FittedColumn])[],
  embeddingWidth?: CategoricalSchemaOptions['embeddingWidth'],
): CategoricalSchema {
  return categoricalSchema(
    columns.map(([name, { categories, isRequired, parent }]) => {
      const width = typeof embeddingWidth === 'object' ? embeddingWidth.get(name) : embeddingWidth;
      const cardinality = categories.length + 1;
      return {
        name,
        isRequired,
        cardinality,
        ...(width === undefined ? {} : { embeddingWidth: width }),
        ...(parent === undefined ? {} : { parent: parent.name }),
      };
    }),
  );
}

function refuseUnknown({ indices, unseen }: EncodedColumn, values: StringColumn): void {
  const first = indices.indexOf(0);
  if (first < 0) return;
  const { name, missingCount, unseenCount } = unseen;
  const count = missingCount + unseenCount;
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
