// Principal coordinates of a distance matrix. Knows no file and no metric.
import { unifracError } from '../errors.js';
import type { DistanceMatrix } from '../matrix/distance-matrix.js';
import { requireDefined } from '../matrix/require-defined.js';
import { callNativeLater } from '../native.js';
import { type DistanceJobOptions, runJob, threadsArgument } from '../unifrac/run-job.js';
import type { Ordination } from './ordination.js';
import { requireSeed } from './require-seed.js';

/** How eigenvectors are found. */
export type PcoaMethod =
  /** All of them, by a full decomposition: memory for three N x N matrices, time with the cube of N, on one thread. */
  | 'exact'
  /** The largest, from products of the matrix with random vectors: time with the square of N, on all threads. */
  | 'randomized';

/** Options of {@link pcoa}. */
export interface PcoaOptions extends DistanceJobOptions {
  /**
   * Number of axes: a whole number from 1 to N, or a part of the variation in (0, 1) that they shall explain at least, for
   * which the exact method is used. Default: 10, or N if there are fewer samples.
   */
  readonly dimensions?: number | undefined;
  /** See {@link PcoaMethod}. Default: exact up to 1,000 samples and where half of all axes are asked for. */
  readonly method?: PcoaMethod | undefined;
  /** Seed of the randomized method, a whole number from 0 to 2^53 - 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** What {@link pcoa} gives. */
export interface PcoaOrdination extends Ordination {
  /** How the axes were found. */
  readonly method: PcoaMethod;
  /**
   * Eigenvalues below 0, of those that were computed: distances that fit into no Euclidean space have them. On such an axis
   * all places are 0, and its eigenvalue is given as 0.
   */
  readonly negativeEigenvalues: {
    /** How many there are. */
    readonly count: number;
    /** The smallest, 0 if none is negative. */
    readonly smallest: number;
    /** Whether it is larger than a hundredth of the largest eigenvalue, so that the picture may mislead. */
    readonly isLarge: boolean;
  };
}

const exactUpTo = 1000;
const usualDimensions = 10;
/** As the warning of scikit-bio. */
const largePart = 0.01;

/**
 * Principal coordinates (PCoA, classical scaling): places along few axes whose distances come as near as possible to those of
 * the matrix.
 *
 * @param matrix - distances; none may be NaN.
 * @throws SeqError `MATRIX_INVALID` for undefined distances or no samples, `OPTION_INVALID`, `THREADS_UNAVAILABLE`.
 * @remarks Conventions are those of scikit-bio: negative eigenvalues become 0; proportions are parts of the sum of the
 *   eigenvalues above 0 where all N axes are asked for, and otherwise parts of the trace, from which negative eigenvalues are
 *   taken away. The sign of an axis is arbitrary in mathematics; here the place farthest from 0 is positive. The randomized
 *   method spans one Krylov block more than scikit-bio's and `ssu`'s FSVD and keeps the sign of eigenvalues, so it is
 *   nearer to the exact one. The same bits for any number of threads on one machine.
 * @see Gower 1966, doi:10.1093/biomet/53.3-4.325; randomized: Halko et al. 2011, doi:10.1137/100804139
 */
export async function pcoa(matrix: DistanceMatrix, options: PcoaOptions = {}): Promise<PcoaOrdination> {
  const size = matrix.size;
  if (size === 0) throw unifracError('MATRIX_INVALID', 'pcoa: the matrix has no samples.');
  requireDefined('pcoa', matrix);
  const seed = requireSeed('pcoa', options.seed ?? 0);
  const wanted = options.dimensions ?? Math.min(usualDimensions, size);
  const part = wanted > 0 && wanted < 1 ? wanted : undefined;
  const dimensions = part === undefined ? wanted : size;
  if (!(Number.isSafeInteger(dimensions) && dimensions >= 1 && dimensions <= size)) {
    throw unifracError(
      'OPTION_INVALID',
      `pcoa: dimensions is ${wanted}; it must be a whole number in [1, ${size}], the number of samples, or a part in (0, 1).`,
    );
  }
  const method = methodFor(size, dimensions, options.method);
  if (part !== undefined && method === 'randomized') {
    throw unifracError('OPTION_INVALID', 'pcoa: a part of the variation needs method "exact"; give a number of axes.');
  }
  const threads = threadsArgument('pcoa', options.threads);
  const found = await runJob(
    (job) =>
      callNativeLater((addon) =>
        addon.pcoaLater(
          { distances: matrix.condensed, samples: size, dimensions, ...(method === 'exact' ? {} : { seed }) },
          threads,
          job,
        ),
      ),
    options,
  );
  const { negativeCount: count, smallestEigenvalue: smallest } = found;
  const isLarge = -smallest > largePart * found.eigenvalues[0]!;
  const ordination = { sampleIds: matrix.ids, dimensions, ...placesOf(found) };
  const negativeEigenvalues = { count, smallest, isLarge };
  return { ...(part === undefined ? ordination : explaining(part, ordination)), method, negativeEigenvalues };
}

function methodFor(size: number, dimensions: number, asked: PcoaMethod | undefined): PcoaMethod {
  if (asked === 'exact' || asked === 'randomized') return asked;
  if (asked === undefined) return size <= exactUpTo || dimensions > size / 2 ? 'exact' : 'randomized';
  throw unifracError('OPTION_INVALID', `pcoa: there is no method "${asked}"; there are exact, randomized.`);
}

type Places = Pick<Ordination, 'coordinates' | 'eigenvalues' | 'proportionExplained'>;

function placesOf({ coordinates, eigenvalues, proportionExplained }: Places): Places {
  return { coordinates, eigenvalues, proportionExplained };
}

/** The first axes that together explain a part of the variation. */
function explaining(part: number, ordination: Ordination): Ordination {
  const { sampleIds, proportionExplained, eigenvalues, coordinates } = ordination;
  let kept = 0;
  for (let sum = 0; kept < ordination.dimensions && sum < part; kept++) sum += proportionExplained[kept]!;
  const places = new Float64Array(sampleIds.length * kept);
  for (let sample = 0; sample < sampleIds.length; sample++) {
    const start = sample * ordination.dimensions;
    places.set(coordinates.subarray(start, start + kept), sample * kept);
  }
  return {
    sampleIds,
    dimensions: kept,
    coordinates: places,
    eigenvalues: eigenvalues.slice(0, kept),
    proportionExplained: proportionExplained.slice(0, kept),
  };
}
