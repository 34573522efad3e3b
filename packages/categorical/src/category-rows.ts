// Looks up one column's indices for a batch of samples and checks them. It knows no tensors.
import { SeqError } from '@seq/tensor';
import type { CategoricalColumn } from './categorical-schema.js';
import type { CategoricalErrorCode } from './errors.js';

/** Indices by column name, one per sample; only an object's own keys count. */
export type CategoryIndices = Readonly<Record<string, Int32Array>>;

/**
 * The rows of a column's table for a batch. A column that is not required and not given has index 0 for every sample.
 *
 * @throws SeqError `CATEGORY_COLUMN_MISSING`, `CATEGORY_INDEX_INVALID`.
 */
export function categoryRows(
  { name, cardinality, isRequired }: CategoricalColumn,
  indices: CategoryIndices,
  sampleCount: number,
): Uint32Array {
  if (!Object.hasOwn(indices, name)) {
    if (!isRequired) return new Uint32Array(sampleCount);
    const message = `categoryRows: the required column "${name}" is not given. Give one index per sample.`;
    throw new SeqError<CategoricalErrorCode>('CATEGORY_COLUMN_MISSING', message, { details: { name } });
  }
  const column = indices[name]!;
  const outside = column.findIndex((index) => !(index >= 0 && index < cardinality));
  if (column.length === sampleCount && outside < 0) return Uint32Array.from(column);
  const found =
    outside < 0 ? `${column.length} indices for ${sampleCount} samples` : `index ${column[outside]} in row ${outside}`;
  throw new SeqError<CategoricalErrorCode>(
    'CATEGORY_INDEX_INVALID',
    `categoryRows: the column "${name}" has ${found}. Give one index from 0 to ${cardinality - 1} per sample.`,
    { details: { name, cardinality, sampleCount } },
  );
}
