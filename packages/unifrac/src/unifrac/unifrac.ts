// A tree prepared for the features of a table, and the distances it gives. Knows no file.
import { unifracError } from '../errors.js';
import { callNative, type SpaceHandle } from '../native.js';
import { type DistanceJobOptions, runJob, threadsArgument } from './run-job.js';
import { type CountTable, concatenatedSamples } from './sample-rows.js';
import { metricArguments, needsCounts, type UnifracMetricOptions } from './unifrac-metric.js';

/** Features of each sample: those of sample `i` are `features[offsets[i] .. offsets[i + 1])`. */
export interface SampleFeatures {
  /** Start of each sample in `features`, and their length at the end; one number more than samples. */
  readonly offsets: Uint32Array;
  /** Indices into the feature ids that the {@link Unifrac} was made for, in any order, at most once per sample. */
  readonly features: Uint32Array;
  /** Reads of each entry, >= 0; an entry of 0 is absent. Default: every entry is present; weighted metrics need counts. */
  readonly counts?: Float64Array | undefined;
}

/** The native space of a prepared tree, for this package only. */
export let spaceOf: (unifrac: Unifrac) => SpaceHandle;

/** Wraps a native space, for this package only. */
export let unifracOf: (space: SpaceHandle, featureIds: readonly string[], missingIds: readonly string[]) => Unifrac;

/**
 * A phylogeny cut down to the features of a table, ready to compare samples. Made by {@link createUnifrac}.
 *
 * Results are the same to the last bit for any order of samples, and with `precision: 'exact'` for any choice of them; equal
 * samples are exactly 0 apart. Holds native memory: declare it with `using`, or call `dispose`; afterwards every other method
 * throws `UNIFRAC_DISPOSED`.
 */
export class Unifrac implements Disposable {
  /** The features that indices refer to. */
  readonly featureIds: readonly string[];
  /** Features that are no tips of the tree; they count nowhere. Empty unless `missing: 'drop'` was given. */
  readonly missingFeatureIds: readonly string[];
  readonly #space: SpaceHandle;
  /** How many computations of other threads need the space. */
  #running = 0;
  #isDisposed = false;

  private constructor(space: SpaceHandle, featureIds: readonly string[], missingFeatureIds: readonly string[]) {
    this.#space = space;
    this.featureIds = featureIds;
    this.missingFeatureIds = missingFeatureIds;
  }

  static {
    spaceOf = (unifrac) => unifrac.#live;
    unifracOf = (space, featureIds, missingIds) => new Unifrac(space, featureIds, missingIds);
  }

  get #live(): SpaceHandle {
    if (this.#isDisposed) throw unifracError('UNIFRAC_DISPOSED', 'this unifrac was disposed.');
    return this.#space;
  }

  /** Sum of all branch lengths that some feature has, in the unit of the tree. */
  get totalLength(): number {
    return callNative(() => this.#live.totalLength());
  }

  /**
   * Distances between every two samples of a mini-batch.
   *
   * @returns condensed form: B(B-1)/2 numbers, the rows of the upper triangle one after the other. Two samples without any
   *   feature in the tree are 0 apart; such a one and any other are 1 apart where the metric is normalised.
   * @throws SeqError `TABLE_INVALID`, `OPTION_INVALID`, `UNIFRAC_DISPOSED`.
   * @remarks Runs on the calling thread: about a millisecond for 32 samples, a few for 256; {@link Unifrac.distancesLater}
   *   takes others. For a whole table there are {@link unifracMatrix} and {@link unifracBlocks}; to rarefy anew each time,
   *   `rarefy` of `@seq/data` gives such lists.
   */
  distances(samples: SampleFeatures, options: UnifracMetricOptions = {}): Float64Array {
    const metric = metricArguments('distances', options);
    const table = tableArguments('distances', samples, options);
    return callNative(() => this.#live.distances(table, metric));
  }

  /**
   * As {@link Unifrac.distances}, to the last bit, on other threads, so that the calling one can go on meanwhile. Pays for
   * hundreds of samples; for 32 the calling one is faster.
   *
   * @param samples - must not change until the promise is kept.
   * @throws SeqError as {@link Unifrac.distances}, and `THREADS_UNAVAILABLE`; the reason of an abort as it is.
   */
  async distancesLater(
    samples: SampleFeatures,
    options: UnifracMetricOptions & DistanceJobOptions = {},
  ): Promise<Float64Array> {
    const asked = 'distancesLater';
    const metric = metricArguments(asked, options);
    const threads = threadsArgument(asked, options.threads);
    const table = tableArguments(asked, samples, options);
    const space = this.#live;
    this.#running += 1;
    try {
      return await runJob((job) => space.distancesLater(table, metric, threads, job), options);
    } finally {
      this.#running -= 1;
      if (this.#isDisposed) this.dispose();
    }
  }

  /**
   * Distances of each of some samples to each of some others.
   *
   * @returns shape [rows, columns], row by row.
   * @throws SeqError `TABLE_INVALID`, `OPTION_INVALID`, `UNIFRAC_DISPOSED`.
   */
  distancesBetween(rows: SampleFeatures, columns: SampleFeatures, options: UnifracMetricOptions = {}): Float64Array {
    const metric = metricArguments('distancesBetween', options, { rows: rows.offsets.length - 1 });
    const both = concatenatedSamples(
      tableArguments('distancesBetween', rows, options),
      tableArguments('distancesBetween', columns, options),
    );
    return callNative(() => this.#live.distances(both, metric));
  }

  /**
   * Faith's phylogenetic diversity of each sample: the branch length between its features and the root, in the unit of
   * the tree; 0 for a sample without features.
   *
   * @throws SeqError `TABLE_INVALID`, `UNIFRAC_DISPOSED`.
   */
  faithPd(samples: SampleFeatures): Float64Array {
    return callNative(() => this.#live.faithPd(tableArguments('faithPd', samples, {})));
  }

  /** Frees the native memory, once what runs on other threads has ended; more calls do nothing. */
  dispose(): void {
    this.#isDisposed = true;
    if (this.#running === 0) this.#space.dispose();
  }

  /** As {@link Unifrac.dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function tableArguments(asked: string, samples: SampleFeatures, options: UnifracMetricOptions): CountTable {
  const { offsets, features, counts } = samples;
  if (counts === undefined && needsCounts(options)) {
    const metric = `metric "${options.metric ?? 'unweighted'}"${options.varianceAdjusted ? ', variance-adjusted,' : ''}`;
    throw unifracError('OPTION_INVALID', `${asked}: ${metric} needs the counts of the samples; found none.`);
  }
  return { offsets, features, counts: counts ?? new Float64Array(features.length).fill(1) };
}
