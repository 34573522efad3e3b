// Samples of a matrix whose counts lie feature by feature, some at a time. Knows no file format.
import { tableOfRows } from './build-feature-table.js';
import { areOrderedRows, rowsOfTable, type SampleRows } from './sample-rows.js';

/** A matrix that is read feature by feature. */
export interface FeatureMajorMatrix {
  readonly sampleIds: readonly string[];
  readonly featureIds: readonly string[];
  /** Start of each feature among the entries, and how many there are at the end; M + 1 numbers. */
  readonly starts: Float64Array;
  /** Sample, below N, of each entry of some features. */
  readonly samples: (features: FeatureRange) => Promise<Uint32Array>;
  /** Count of each of these entries. */
  readonly counts: (features: FeatureRange) => Promise<Float64Array>;
}

/** Features from `first` to before `last`. */
export interface FeatureRange {
  readonly first: number;
  readonly last: number;
}

/** Limits of {@link FeatureMajorRows}, in entries. */
export interface FeatureMajorLimits {
  /** Kept in memory, unless the samples asked for have more. Default 2^23, some 100 MiB. */
  readonly kept?: number | undefined;
  /** Read at once. Default 2^22. */
  readonly atOnce?: number | undefined;
}

interface Window {
  readonly start: number;
  readonly rows: SampleRows;
}

/**
 * Gives samples of such a matrix. Every look at it passes over all counts, so samples that follow those asked for are kept
 * as far as there is room: a matrix with up to `kept` entries is passed over once, a larger one once for each `kept` entries
 * if its samples are asked for in their order, and once for each reading if they are not.
 */
export class FeatureMajorRows {
  readonly #matrix: FeatureMajorMatrix;
  readonly #kept: number;
  readonly #atOnce: number;
  /** Entries in front of each sample, and all of them; N + 1 numbers. */
  #offsets: Float64Array | undefined;
  #window: Window | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(matrix: FeatureMajorMatrix, { kept = 2 ** 23, atOnce = 2 ** 22 }: FeatureMajorLimits = {}) {
    this.#matrix = matrix;
    this.#kept = kept;
    this.#atOnce = atOnce;
  }

  /** Counts of the samples from `start` to before `end`. */
  async samples(start: number, end: number): Promise<SampleRows> {
    const found = this.#last.then(() => this.#windowWith(start, end));
    this.#last = found.catch(() => undefined);
    const { start: first, rows } = await found;
    return rowsOfTable(rows, start - first, end - first);
  }

  async #windowWith(start: number, end: number): Promise<Window> {
    const known = this.#window;
    if (known !== undefined && known.start <= start && end <= known.start + known.rows.sampleIds.length) return known;
    this.#offsets ??= await this.#count();
    const offsets = this.#offsets;
    const { sampleIds } = this.#matrix;
    const first = offsets[sampleIds.length]! <= this.#kept ? 0 : start;
    let last = end;
    while (last < sampleIds.length && offsets[last + 1]! - offsets[first]! <= this.#kept) last++;
    this.#window = undefined;
    this.#window = { start: first, rows: await this.#rows(first, last, offsets) };
    return this.#window;
  }

  async #count(): Promise<Float64Array> {
    const offsets = new Float64Array(this.#matrix.sampleIds.length + 1);
    for (const slab of this.#slabs()) for (const sample of await this.#matrix.samples(slab)) offsets[sample + 1]! += 1;
    for (let sample = 1; sample < offsets.length; sample++) offsets[sample]! += offsets[sample - 1]!;
    return offsets;
  }

  async #rows(start: number, end: number, offsets: Float64Array): Promise<SampleRows> {
    const { starts, featureIds } = this.#matrix;
    const sampleIds = this.#matrix.sampleIds.slice(start, end);
    const sampleOffsets = Uint32Array.from(offsets.subarray(start, end + 1), (offset) => offset - offsets[start]!);
    const next = sampleOffsets.slice();
    const featureIndices = new Uint32Array(next.at(-1)!);
    const counts = new Float64Array(featureIndices.length);
    for (const slab of this.#slabs()) {
      const slabCounts = await this.#matrix.counts(slab);
      const slabSamples = await this.#matrix.samples(slab);
      for (let feature = slab.first, entry = 0; feature < slab.last; feature++) {
        for (const stop = starts[feature + 1]! - starts[slab.first]!; entry < stop; entry++) {
          const sample = slabSamples[entry]!;
          if (sample < start || sample >= end) continue;
          const place = next[sample - start]!++;
          featureIndices[place] = feature;
          counts[place] = slabCounts[entry]!;
        }
      }
    }
    const rows = { sampleIds, sampleOffsets, featureIndices, counts };
    return areOrderedRows(rows, featureIds.length) ? rows : tableOfRows({ ...rows, featureIds });
  }

  /** All features, some at a time. */
  *#slabs(): Generator<FeatureRange> {
    const { starts, featureIds } = this.#matrix;
    for (let first = 0, last = 0; first < featureIds.length; first = last) {
      do last++;
      while (last < featureIds.length && starts[last + 1]! - starts[first]! <= this.#atOnce);
      yield { first, last };
    }
  }
}
