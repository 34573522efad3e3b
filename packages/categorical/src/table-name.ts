// Names of the modules that belong to a column. Columns may be called anything; names of modules have no dots.

/**
 * The column's name as one part of a parameter name: verbatim, except that a dot becomes `%2E` and half of a surrogate
 * pair, which no file of weights could hold, `%uD800` and so on. A name that contains such an escape already gets `25` put
 * behind its `%`, so that different columns never share a name.
 */
export function tableName(column: string): string {
  return column
    .replace(/%(?=(?:25)*(?:2E|uD[89A-F][0-9A-F]{2}))/g, '%25')
    .replaceAll('.', '%2E')
    .replace(/\p{Surrogate}/gu, (half) => `%u${half.charCodeAt(0).toString(16).toUpperCase()}`);
}
