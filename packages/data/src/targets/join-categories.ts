// One category out of several columns of them. Knows no metadata file.
import { dataError } from '../errors.js';

/**
 * The category of each sample by one column or several: with one column its text, with several a text that is equal for
 * two samples exactly where all columns are. Samples that lack one of the values have none.
 *
 * @param columns - one array of texts per column, all of the same length; at least one.
 * @throws SeqError `OPTION_INVALID`
 */
export function joinCategories(columns: readonly (readonly (string | null)[])[]): (string | null)[] {
  const [first] = columns;
  if (first === undefined || columns.some(({ length }) => length !== first.length)) {
    throw dataError(
      'OPTION_INVALID',
      `joinCategories: ${columns.length} columns of ${columns.map(({ length }) => length).join(', ') || 'no'} values are given. ` +
        'Give at least one, all with one value per sample.',
    );
  }
  return first.map((value, i) => {
    if (columns.length === 1) return value;
    const parts = columns.map((column) => column[i] ?? null);
    return parts.includes(null) ? null : JSON.stringify(parts);
  });
}
