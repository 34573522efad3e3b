// Counts of some samples in a row, as sources give them. Knows no files and no whole tables.

/**
 * Counts of consecutive samples, sparse and sample by sample; a `FeatureTable` is one, too. Every count is finite and
 * above zero. Do not write into the arrays.
 */
export interface SampleRows {
  /** Names of the samples. */
  readonly sampleIds: readonly string[];
  /** Start of each sample in the two arrays below, and their length at the end; one number more than samples. */
  readonly sampleOffsets: Uint32Array;
  /** Feature of each entry, ascending within a sample. */
  readonly featureIndices: Uint32Array;
  /** Count of each entry. */
  readonly counts: Float64Array;
}

/** Whether rows are as {@link SampleRows} promises: features ascending and below `featureCount`, counts finite, above zero. */
export function areOrderedRows(
  { sampleOffsets, featureIndices, counts }: Omit<SampleRows, 'sampleIds'>,
  featureCount: number,
): boolean {
  const most = Number.MAX_VALUE;
  // One plain loop over everything, since most tables are read before a second one would be compiled.
  for (let row = 0; row + 1 < sampleOffsets.length; row++) {
    const end = sampleOffsets[row + 1]!;
    let last = -1;
    for (let entry = sampleOffsets[row]!; entry < end; entry++) {
      const feature = featureIndices[entry]!;
      const count = counts[entry]!;
      if (feature <= last || !(count > 0 && count <= most)) return false;
      last = feature;
    }
    if (last >= featureCount) return false;
  }
  return true;
}

/** The samples from `start` to before `end` of rows that are in memory; the arrays of entries are shared. */
export function rowsOfTable(rows: SampleRows, start: number, end: number): SampleRows {
  const { sampleIds, sampleOffsets, featureIndices, counts } = rows;
  const [first, last] = [sampleOffsets[start]!, sampleOffsets[end]!];
  return {
    sampleIds: sampleIds.slice(start, end),
    sampleOffsets: sampleOffsets.slice(start, end + 1).map((offset) => offset - first),
    featureIndices: featureIndices.subarray(first, last),
    counts: counts.subarray(first, last),
  };
}

/** Rows one after the other. */
export function joinedRows(parts: readonly SampleRows[]): SampleRows {
  const sampleCount = parts.reduce((sum, { sampleIds }) => sum + sampleIds.length, 0);
  const entryCount = parts.reduce((sum, { counts }) => sum + counts.length, 0);
  const sampleOffsets = new Uint32Array(sampleCount + 1);
  const featureIndices = new Uint32Array(entryCount);
  const counts = new Float64Array(entryCount);
  let [row, entry] = [0, 0];
  for (const part of parts) {
    featureIndices.set(part.featureIndices, entry);
    counts.set(part.counts, entry);
    for (let i = 1; i < part.sampleOffsets.length; i++) sampleOffsets[++row] = entry + part.sampleOffsets[i]!;
    entry += part.counts.length;
  }
  return { sampleIds: parts.flatMap(({ sampleIds }) => sampleIds), sampleOffsets, featureIndices, counts };
}

/** Some of the rows, in the order given. */
export function pickedRows(rows: SampleRows, picked: Uint32Array): SampleRows {
  const sampleOffsets = new Uint32Array(picked.length + 1);
  picked.forEach((row, i) => {
    sampleOffsets[i + 1] = sampleOffsets[i]! + rows.sampleOffsets[row + 1]! - rows.sampleOffsets[row]!;
  });
  const featureIndices = new Uint32Array(sampleOffsets[picked.length]!);
  const counts = new Float64Array(featureIndices.length);
  picked.forEach((row, i) => {
    const [start, end] = [rows.sampleOffsets[row]!, rows.sampleOffsets[row + 1]!];
    featureIndices.set(rows.featureIndices.subarray(start, end), sampleOffsets[i]!);
    counts.set(rows.counts.subarray(start, end), sampleOffsets[i]!);
  });
  return { sampleIds: Array.from(picked, (row) => rows.sampleIds[row]!), sampleOffsets, featureIndices, counts };
}
