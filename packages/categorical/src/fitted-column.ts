// What an encoder remembers of one column: its categories, their numbers, and the parent of each. It knows no samples.
import { SeqError } from '@seq/tensor';
import { compareCodePoints } from './code-point-order.js';
import type { CategoricalErrorCode } from './errors.js';
import type { StringColumn } from './string-columns.js';

/** The categories of a column and what is known of them. */
export interface FittedColumn {
  /** Categories in the order of their indices, from index 1. */
  readonly categories: readonly string[];
  /** Index of each category. */
  readonly indices: ReadonlyMap<string, number>;
  /** Whether an unknown or missing value is an error. */
  readonly isRequired: boolean;
  /** The parent column, and for each category the index of its parent there, 0 if it never had one. */
  readonly parent?: FittedParent;
}

/** Where the categories of a column belong in its parent column. */
export interface FittedParent {
  /** Name of the parent column. */
  readonly name: string;
  /** Index in the parent column of the category at the same place. */
  readonly indices: readonly number[];
}

/** A column from its categories in order. */
export function fittedColumn(categories: readonly string[], isRequired: boolean, parent?: FittedParent): FittedColumn {
  const indices = new Map(categories.map((category, i) => [category, i + 1]));
  return { categories, indices, isRequired, ...(parent === undefined ? {} : { parent }) };
}

/** The distinct values of a column in the order of their code points. */
export function categoriesOf(values: StringColumn): readonly string[] {
  return [...new Set(values.filter((value) => value !== null && value !== undefined))].sort(compareCodePoints);
}

/** A column with its values, as an encoder is fitted on it. */
export interface ColumnWithValues {
  /** Name of the column. */
  readonly name: string;
  /** One value per sample. */
  readonly values: StringColumn;
  /** Its categories in order. */
  readonly categories: readonly string[];
}

/**
 * The parent of each category, from the samples that have both.
 *
 * @throws SeqError `HIERARCHY_AMBIGUOUS` for categories that were seen under several parents.
 */
export function fittedParent(child: ColumnWithValues, parent: ColumnWithValues): FittedParent {
  const seen = new Map<string, Set<string>>(child.categories.map((category) => [category, new Set()]));
  for (const [row, value] of child.values.entries()) {
    const above = parent.values[row];
    if (value !== null && value !== undefined && above !== null && above !== undefined) seen.get(value)!.add(above);
  }
  const ambiguous = [...seen].filter(([, parents]) => parents.size > 1);
  const [first] = ambiguous;
  if (first !== undefined) {
    const [one, two] = [...first[1]].sort(compareCodePoints);
    throw new SeqError<CategoricalErrorCode>(
      'HIERARCHY_AMBIGUOUS',
      `CategoricalEncoder.fit: ${ambiguous.length} of ${child.categories.length} categories of "${child.name}" stand ` +
        `under several categories of its parent "${parent.name}" (first: "${first[0]}" under "${one}" and "${two}"). ` +
        'Give such categories different names, or the column no parent.',
      { details: { name: child.name, parent: parent.name, count: ambiguous.length, category: first[0] } },
    );
  }
  const numbers = new Map(parent.categories.map((category, i) => [category, i + 1]));
  const indices = child.categories.map((category) => {
    const [above] = seen.get(category)!;
    return above === undefined ? 0 : numbers.get(above)!;
  });
  return { name: parent.name, indices };
}
