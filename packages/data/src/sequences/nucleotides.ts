// What counts as a DNA sequence.

const iupac = /^[ACGTURYSWKMBDHVN]+$/i;
const plainBases = /[ACGTU]/gi;

/** A sequence in capital letters, with T for U. */
export function canonicalDna(sequence: string): string {
  return sequence.toUpperCase().replaceAll('U', 'T');
}

/** Index of the first character that is no IUPAC nucleotide code, -1 if there is none. */
export function firstForeignLetter(sequence: string): number {
  return iupac.test(sequence) || sequence === '' ? -1 : sequence.search(/[^ACGTURYSWKMBDHVN]/i);
}

/**
 * Whether an id is itself a DNA sequence: only IUPAC codes in either case, at least half of them plain bases, so that
 * words such as `VDNSM` are not taken for one.
 */
export function isDna(id: string): boolean {
  return iupac.test(id) && 2 * (id.match(plainBases)?.length ?? 0) >= id.length;
}
