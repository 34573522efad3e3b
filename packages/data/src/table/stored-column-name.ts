// How the name of a metadata column is spelled inside a BIOM 2.1 file, where "/" would be a path.

const slash = '@@SLASH@@';

/** The name as it is stored; biom-format writes it so, too. */
export function storedColumnName(name: string): string {
  return name.replaceAll('/', slash);
}

/** The name that is meant by a stored one. */
export function columnNameOf(stored: string): string {
  return stored.replaceAll(slash, '/');
}
