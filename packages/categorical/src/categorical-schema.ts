// What the categorical columns of a model are: names, sizes, widths. Plain data; it knows no values and no tensors.
import { SeqError } from '@seq/tensor';
import { compareCodePoints } from './code-point-order.js';
import type { CategoricalErrorCode } from './errors.js';

/** One categorical column of the sample metadata. */
export interface CategoricalColumn {
  /** Name of the metadata column; any text, dots and names like `__proto__` included. */
  readonly name: string;
  /** Number of indices: the categories plus one for index 0, which means unknown or missing. At least 1. */
  readonly cardinality: number;
  /** Width of the column's embedding. */
  readonly embeddingWidth: number;
  /** Whether an unknown or missing value is an error instead of index 0. */
  readonly isRequired: boolean;
}

/** The categorical columns of a model, in alphabetical order (by code point). */
export type CategoricalSchema = readonly CategoricalColumn[];

/** A column of a schema in the making; width 16 and not required unless said otherwise. */
export type CategoricalColumnInput = Pick<CategoricalColumn, 'name' | 'cardinality'> & Partial<CategoricalColumn>;

/** Width of an embedding where none is given. */
export const defaultEmbeddingWidth = 16;

/**
 * Checks columns and puts them in order.
 *
 * @throws SeqError `SCHEMA_INVALID` for an empty or repeated name, or a cardinality or width that is no positive integer.
 */
export function categoricalSchema(columns: readonly CategoricalColumnInput[]): CategoricalSchema {
  const schema = columns.map(({ name, cardinality, embeddingWidth = defaultEmbeddingWidth, isRequired = false }) => ({
    name,
    cardinality,
    embeddingWidth,
    isRequired,
  }));
  const seen = new Set<string>();
  for (const { name, cardinality, embeddingWidth } of schema) {
    if (typeof name !== 'string' || name === '') throw invalid('a column has no name. Name every column', { name });
    if (seen.has(name)) throw invalid(`the column "${name}" is given twice. Give it once`, { name });
    seen.add(name);
    for (const [field, value] of Object.entries({ cardinality, embeddingWidth })) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw invalid(`${field} of "${name}" is ${value}. It must be a positive integer`, { name, field, value });
      }
    }
  }
  return schema.sort((a, b) => compareCodePoints(a.name, b.name));
}

function invalid(found: string, details: Readonly<Record<string, unknown>>): SeqError<CategoricalErrorCode> {
  return new SeqError<CategoricalErrorCode>('SCHEMA_INVALID', `categoricalSchema: ${found}.`, { details });
}

/** Width of the concatenated embeddings of all columns. */
export function schemaWidth(schema: CategoricalSchema): number {
  return schema.reduce((width, { embeddingWidth }) => width + embeddingWidth, 0);
}
