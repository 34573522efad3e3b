// A tree prepared for the features of a table, and the distances it gives. Knows no file.
import { callNative, type SpaceHandle } from '../native.js';

/** Features present in each sample: those of sample `i` are `features[offsets[i] .. offsets[i + 1])`. */
export interface SampleFeatures {
  /** Start of each sample in `features`, and their length at the end; one number more than samples. */
  readonly offsets: Uint32Array;
  /** Indices into the feature ids that the {@link Unifrac} was made for, in any order. */
  readonly features: Uint32Array;
}

/** Which distance between two samples. */
export type UnifracMetric =
  /** Branch length that one sample has alone, divided by the length that either has; in [0, 1]. */
  | 'unweighted'
  /** Branch length that one sample has alone, in the unit of the tree. */
  | 'unweightedUnnormalized';

/** Options of {@link Unifrac.distances} and {@link Unifrac.distancesBetween}. */
export interface UnifracDistancesOptions {
  /** See {@link UnifracMetric}. Default `'unweighted'`. */
  readonly metric?: UnifracMetric | undefined;
}

/** The native space of a prepared tree, for this package only. */
export let spaceOf: (unifrac: Unifrac) => SpaceHandle;

/** Wraps a native space, for this package only. */
export let unifracOf: (space: SpaceHandle, featureIds: readonly string[], missingIds: readonly string[]) => Unifrac;

/**
 * A phylogeny cut down to the features of a table, ready to compare samples. Made by {@link createUnifrac}.
 *
 * Results are exact: sums of branch lengths are sums of whole numbers, so they are the same to the last bit for any order,
 * choice and number of samples, equal samples are exactly 0 apart, and the error is below 1e-12. Holds native memory:
 * declare it with `using`, or call `dispose`; afterwards every other method throws `UNIFRAC_DISPOSED`.
 */
export class Unifrac implements Disposable {
  /** The features that indices refer to. */
  readonly featureIds: readonly string[];
  /** Features that are no tips of the tree; they count nowhere. Empty unless `missing: 'drop'` was given. */
  readonly missingFeatureIds: readonly string[];
  readonly #space: SpaceHandle;

  private constructor(space: SpaceHandle, featureIds: readonly string[], missingFeatureIds: readonly string[]) {
    this.#space = space;
    this.featureIds = featureIds;
    this.missingFeatureIds = missingFeatureIds;
  }

  static {
    spaceOf = (unifrac) => unifrac.#space;
    unifracOf = (space, featureIds, missingIds) => new Unifrac(space, featureIds, missingIds);
  }

  /** Sum of all branch lengths that some feature has, in the unit of the tree. */
  get totalLength(): number {
    return callNative(() => this.#space.totalLength());
  }

  /**
   * Distances between every two samples of a mini-batch.
   *
   * @returns condensed form: B(B-1)/2 numbers, the rows of the upper triangle one after the other. Two samples without any
   *   feature in the tree are 0 apart, such a one and any other 1 (unweighted).
   * @throws SeqError `TABLE_INVALID`, `UNIFRAC_DISPOSED`.
   * @remarks Runs on the calling thread: well under a millisecond for 32 samples, a few for 256. For a whole table there is
   *   {@link unifracMatrix}.
   */
  distances(samples: SampleFeatures, { metric = 'unweighted' }: UnifracDistancesOptions = {}): Float64Array {
    return callNative(() => this.#space.presenceDistances(samples.offsets, samples.features, metric));
  }

  /**
   * Distances of each of some samples to each of some others.
   *
   * @returns shape [rows, columns], row by row.
   * @throws SeqError `TABLE_INVALID`, `UNIFRAC_DISPOSED`.
   */
  distancesBetween(
    rows: SampleFeatures,
    columns: SampleFeatures,
    { metric = 'unweighted' }: UnifracDistancesOptions = {},
  ): Float64Array {
    const rowCount = rows.offsets.length - 1;
    const both = concatenated(rows, columns);
    return callNative(() => this.#space.presenceDistances(both.offsets, both.features, metric, rowCount));
  }

  /**
   * Faith's phylogenetic diversity of each sample: the branch length between its features and the root, in the unit of
   * the tree; 0 for a sample without features.
   *
   * @throws SeqError `TABLE_INVALID`, `UNIFRAC_DISPOSED`.
   */
  faithPd(samples: SampleFeatures): Float64Array {
    const counts = new Float64Array(samples.features.length).fill(1);
    return callNative(() => this.#space.faithPd(samples.offsets, samples.features, counts));
  }

  /** Frees the native memory; more calls do nothing. */
  dispose(): void {
    this.#space.dispose();
  }

  /** As {@link Unifrac.dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function concatenated(first: SampleFeatures, second: SampleFeatures): SampleFeatures {
  const offsets = new Uint32Array(first.offsets.length + second.offsets.length - 1);
  offsets.set(first.offsets);
  const start = first.features.length;
  for (let sample = 1; sample < second.offsets.length; sample++) {
    offsets[first.offsets.length + sample - 1] = start + second.offsets[sample]!;
  }
  const features = new Uint32Array(start + second.features.length);
  features.set(first.features);
  features.set(second.features, start);
  return { offsets, features };
}
