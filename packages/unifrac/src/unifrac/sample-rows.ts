// Samples of a sparse table as the addon takes them: some of them, and those of two tables one after the other.

/** Features and counts of samples: those of sample `i` are at `offsets[i]` to before `offsets[i + 1]`. */
export interface CountTable {
  readonly offsets: Uint32Array;
  readonly features: Uint32Array;
  readonly counts: Float64Array;
}

/** The samples from `first` to before `end`. */
export function rowsOfCounts({ offsets, features, counts }: CountTable, first: number, end: number): CountTable {
  const [from, to] = [offsets[first]!, offsets[end]!];
  return {
    offsets: offsets.slice(first, end + 1).map((offset) => offset - from),
    features: features.slice(from, to),
    counts: counts.slice(from, to),
  };
}

/** The samples of one table, then those of another. */
export function concatenatedSamples(first: CountTable, second: CountTable): CountTable {
  const start = first.features.length;
  const offsets = new Uint32Array(first.offsets.length + second.offsets.length - 1);
  offsets.set(first.offsets);
  for (let sample = 1; sample < second.offsets.length; sample++) {
    offsets[first.offsets.length + sample - 1] = start + second.offsets[sample]!;
  }
  const features = new Uint32Array(start + second.features.length);
  features.set(first.features);
  features.set(second.features, start);
  const counts = new Float64Array(first.counts.length + second.counts.length);
  counts.set(first.counts);
  counts.set(second.counts, first.counts.length);
  return { offsets, features, counts };
}
