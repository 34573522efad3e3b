// Names of the modules that belong to a column. Columns may be called anything; names of modules have no dots.

/**
 * The column's name as one part of a parameter name: verbatim, except that a dot becomes `%2E`. A name that contains such
 * an escape already gets `25` put behind its `%`, so that different columns never share a name.
 */
export function tableName(column: string): string {
  return column.replace(/%(?=(?:25)*2E)/g, '%25').replaceAll('.', '%2E');
}
