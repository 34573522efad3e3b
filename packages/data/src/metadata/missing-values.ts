// Which cells of a metadata file stand for a missing value.

/** How a column marks missing values, as `#q2:missing` declares it. */
export type MissingScheme = 'blank' | 'no-missing' | 'INSDC:missing';

const schemes: readonly string[] = ['blank', 'no-missing', 'INSDC:missing'] satisfies readonly MissingScheme[];
const insdcTerms = new Set(['not applicable', 'missing', 'not collected', 'not provided', 'restricted access']);

/** The scheme of this name; undefined if there is none. Case matters. */
export function missingSchemeOf(name: string): MissingScheme | undefined {
  return schemes.includes(name) ? (name as MissingScheme) : undefined;
}

/** Whether a trimmed cell is missing: by its scheme, or, without one, if it is empty or one of the words. */
export function isMissing(cell: string, scheme: MissingScheme | undefined, words: ReadonlySet<string>): boolean {
  if (cell === '') return true;
  if (scheme === undefined) return words.has(cell);
  return scheme === 'INSDC:missing' && insdcTerms.has(cell);
}
