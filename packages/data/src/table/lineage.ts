// Splits a taxonomic lineage written as one text.

/** Ranks of a lineage such as `k__Bacteria; p__Firmicutes`, trimmed, without empty ones. */
export function lineage(text: string): readonly string[] {
  return text
    .split(/[;|]/)
    .map((rank) => rank.trim())
    .filter((rank) => rank !== '');
}
