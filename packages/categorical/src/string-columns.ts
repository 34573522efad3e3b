// Columns of text as callers give them, and the checks that make them safe to read. It knows no categories.
import { SeqError } from '@seq/tensor';
import type { CategoricalErrorCode } from './errors.js';

/** Text of one metadata column, one entry per sample; null or undefined where the value is missing. */
export type StringColumn = readonly (string | null | undefined)[];

/** Metadata columns by name. A map serves names that clash with object properties; an object its own keys only. */
export type StringColumns = ReadonlyMap<string, StringColumn> | Readonly<Record<string, StringColumn>>;

/** The columns as a new map by name, in their order, whichever of both forms they were given in. It checks nothing. */
export function columnsByName(columns: StringColumns): Map<string, StringColumn> {
  return new Map(columns instanceof Map ? columns : Object.entries(columns ?? {}));
}

/**
 * The columns as a map, checked.
 *
 * @throws SeqError `CATEGORY_NOT_TEXT` for a value that is neither text nor missing (a number is not turned into text:
 * 1 and 1.0 would be two categories); `CATEGORY_INDEX_INVALID` for columns of different lengths.
 */
export function checkedColumns(asked: string, columns: StringColumns): ReadonlyMap<string, StringColumn> {
  const checked = columnsByName(columns);
  const [first] = checked;
  for (const [name, values] of checked) {
    refuseOtherTypes(asked, name, values);
    if (values.length === first![1].length) continue;
    throw new SeqError<CategoricalErrorCode>(
      'CATEGORY_INDEX_INVALID',
      `${asked}: the column "${name}" has ${values.length} values, "${first![0]}" has ${first![1].length}. ` +
        'Give one value per sample in every column.',
      { details: { name, length: values.length, expected: first![1].length } },
    );
  }
  return checked;
}

function refuseOtherTypes(asked: string, name: string, values: StringColumn): void {
  if (!Array.isArray(values)) {
    const found = values === null ? 'null' : typeof values;
    throw new SeqError<CategoricalErrorCode>(
      'CATEGORY_NOT_TEXT',
      `${asked}: the column "${name}" is no list of texts but ${found}. Give one text or null per sample.`,
      { details: { name, type: found } },
    );
  }
  const isOther = (value: unknown): boolean => value !== null && value !== undefined && typeof value !== 'string';
  const row = values.findIndex(isOther);
  if (row < 0) return;
  const count = values.filter(isOther).length;
  const value: unknown = values[row];
  throw new SeqError<CategoricalErrorCode>(
    'CATEGORY_NOT_TEXT',
    `${asked}: the column "${name}" has ${count} of ${values.length} values that are no text ` +
      `(first: ${typeof value} ${String(value)} in row ${row}). Write categories as text, and null where one is missing.`,
    { details: { name, count, row, type: typeof value } },
  );
}
