// What the categorical columns of a model are: names, sizes, widths, parents. Plain data; it knows no values, no tensors.
import { SeqError } from '@seq/tensor';
import { compareCodePoints } from './code-point-order.js';
import type { CategoricalErrorCode } from './errors.js';

/** One categorical column of the sample metadata. */
export interface CategoricalColumn {
  /** Name of the metadata column; any text, dots and names like `__proto__` included. */
  readonly name: string;
  /** Number of indices: the categories plus one for index 0, which means unknown or missing. At least 1. */
  readonly cardinality: number;
  /** Width of the column's embedding; equal to that of its parent, if there is one. */
  readonly embeddingWidth: number;
  /** Whether an unknown or missing value is an error instead of index 0. */
  readonly isRequired: boolean;
  /** Name of the column whose categories contain those of this one, such as the country of a city. Default: none. */
  readonly parent?: string;
}

/** The categorical columns of a model, in alphabetical order (by code point). */
export type CategoricalSchema = readonly CategoricalColumn[];

/** A column of a schema in the making; width 16 (or that of the parent) and not required unless said otherwise. */
export type CategoricalColumnInput = Pick<CategoricalColumn, 'name' | 'cardinality'> & Partial<CategoricalColumn>;

/** Width of an embedding where none is given. */
export const defaultEmbeddingWidth = 16;

/**
 * Checks columns and puts them in order.
 *
 * @throws SeqError `SCHEMA_INVALID` for an empty or repeated name; a cardinality or width that is no positive integer; a
 * parent that is no column, is of another width, or is a descendant.
 */
export function categoricalSchema(columns: readonly CategoricalColumnInput[]): CategoricalSchema {
  const given = new Map<string, CategoricalColumnInput>();
  for (const column of columns) {
    const { name } = column;
    if (typeof name !== 'string' || name === '') throw invalid('a column has no name. Name every column', { name });
    if (given.has(name)) throw invalid(`the column "${name}" is given twice. Give it once`, { name });
    given.set(name, column);
  }
  for (const column of columns) refuseTypes(column);
  for (const column of columns) refuseParents(column, given);
  const schema = columns.map((column) => completed(column, widthOf(column, given)));
  for (const column of schema) refuseSizes(column, schema);
  return schema.sort((a, b) => compareCodePoints(a.name, b.name));
}

type GivenColumns = ReadonlyMap<string, CategoricalColumnInput>;

function refuseTypes({ name, isRequired, parent }: CategoricalColumnInput): void {
  if (isRequired !== undefined && typeof isRequired !== 'boolean') {
    throw invalid(`isRequired of "${name}" is ${String(isRequired)}. It must be true or false`, { name });
  }
  if (parent !== undefined && typeof parent !== 'string') {
    throw invalid(`parent of "${name}" is ${String(parent)}. It must be the name of a column`, { name });
  }
}

function completed(column: CategoricalColumnInput, embeddingWidth: number): CategoricalColumn {
  const { name, cardinality, isRequired = false, parent } = column;
  return { name, cardinality, embeddingWidth, isRequired, ...(parent === undefined ? {} : { parent }) };
}

/** The width that was given, or else the one of the nearest ancestor that has one. */
function widthOf({ embeddingWidth, parent }: CategoricalColumnInput, given: GivenColumns): number {
  if (embeddingWidth !== undefined) return embeddingWidth;
  return parent === undefined ? defaultEmbeddingWidth : widthOf(given.get(parent)!, given);
}

function refuseParents(column: CategoricalColumnInput, given: GivenColumns): void {
  const path = [column.name];
  for (let { parent } = column; parent !== undefined; parent = given.get(parent)!.parent) {
    if (!given.has(parent)) {
      const found = `the parent ${JSON.stringify(parent)} of "${path.at(-1)}" is none of the ${given.size} columns`;
      throw invalid(`${found}. Give it as a column, too`, { name: path.at(-1), parent });
    }
    if (path.includes(parent)) {
      throw invalid(`"${parent}" is its own ancestor. Let parents end at a column without one`, { name: parent });
    }
    path.push(parent);
  }
}

function refuseSizes({ name, parent, ...column }: CategoricalColumn, schema: readonly CategoricalColumn[]): void {
  const { cardinality, embeddingWidth } = column;
  for (const [field, value] of Object.entries({ cardinality, embeddingWidth })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw invalid(`${field} of "${name}" is ${value}. It must be a positive integer`, { name, field, value });
    }
  }
  const inherited = schema.find((candidate) => candidate.name === parent)?.embeddingWidth ?? embeddingWidth;
  if (inherited === embeddingWidth) return;
  const found = `embeddingWidth of "${name}" is ${embeddingWidth}, that of its parent "${parent}" ${inherited}`;
  throw invalid(`${found}. Make them equal`, { name, parent, embeddingWidth, inherited });
}

function invalid(found: string, details: Readonly<Record<string, unknown>>): SeqError<CategoricalErrorCode> {
  return new SeqError<CategoricalErrorCode>('SCHEMA_INVALID', `categoricalSchema: ${found}.`, { details });
}

/** Width of the concatenated embeddings of all columns. */
export function schemaWidth(schema: CategoricalSchema): number {
  return schema.reduce((width, { embeddingWidth }) => width + embeddingWidth, 0);
}
