// The weighted mean of several distance matrices that need not have the same samples. Knows no metric.
import { unifracError } from '../errors.js';
import { DistanceMatrix } from '../matrix/distance-matrix.js';

/** What is done where a matrix lacks one or both samples of a pair. */
export type Consolidation =
  /** The mean is taken over the matrices that have the pair. */
  | 'skippingMissingValues'
  /** Matrices that lack any sample are left out wholly. */
  | 'skippingMissingMatrices'
  /** The pair counts as 0 apart. */
  | 'missingZero'
  /** The pair counts as 1 apart. */
  | 'missingOne';

/** Options of {@link consolidateMatrices}. */
export interface ConsolidateMatricesOptions {
  /** One per matrix, > 0 and finite; only their ratios matter. Default: all the same. */
  readonly weights?: readonly number[] | undefined;
  /** See {@link Consolidation}. Default `'skippingMissingValues'`. */
  readonly consolidation?: Consolidation | undefined;
}

const consolidations: readonly Consolidation[] = [
  'skippingMissingValues',
  'skippingMissingMatrices',
  'missingZero',
  'missingOne',
];

/**
 * One matrix over all samples of several, sorted by id: the weighted mean of their distances.
 *
 * @returns NaN for a pair that no matrix has, with `'skippingMissingValues'`.
 * @throws SeqError `OPTION_INVALID` for weights that do not fit or an unknown consolidation; `NO_MATRIX_COMPLETE` with
 *   `'skippingMissingMatrices'` if no matrix has all samples.
 */
export function consolidateMatrices(
  matrices: readonly DistanceMatrix[],
  options: ConsolidateMatricesOptions = {},
): DistanceMatrix {
  const rows = consolidatedByRows(matrices, options);
  let step = rows.next();
  while (!step.done) step = rows.next();
  return step.value;
}

/** As {@link consolidateMatrices}, row by row, for this package only: each step tells how many pairs it has done. */
export function* consolidatedByRows(
  matrices: readonly DistanceMatrix[],
  { weights = matrices.map(() => 1), consolidation = 'skippingMissingValues' }: ConsolidateMatricesOptions = {},
): Generator<number, DistanceMatrix, undefined> {
  requireOptions(matrices, weights, consolidation);
  const ids = [...new Set(matrices.flatMap((matrix) => matrix.ids))].sort();
  const isComplete = (matrix: DistanceMatrix): boolean => matrix.size === ids.length;
  const skipsIncomplete = consolidation === 'skippingMissingMatrices';
  const used = matrices
    .map((matrix, i) => ({ matrix, weight: weights[i]!, rows: ids.map((id) => matrix.indexOf(id)) }))
    .filter(({ matrix }) => !skipsIncomplete || isComplete(matrix));
  if (used.length === 0) {
    throw unifracError(
      'NO_MATRIX_COMPLETE',
      `consolidateMatrices: none of ${matrices.length} matrices has all ${ids.length} samples. ` +
        "Use the samples that all share, or consolidation: 'skippingMissingValues'.",
    );
  }
  const missing = { missingZero: 0, missingOne: 1 }[consolidation as string];
  const condensed = new Float64Array((ids.length * (ids.length - 1)) / 2);
  let next = 0;
  for (let i = 0; i < ids.length; i++) {
    for (let j = i + 1; j < ids.length; j++) {
      let [sum, weightSum] = [0, 0];
      for (const { matrix, weight, rows } of used) {
        const [row, column] = [rows[i], rows[j]];
        const distance = row === undefined || column === undefined ? missing : matrix.get(row, column);
        if (distance === undefined) continue;
        sum += weight * distance;
        weightSum += weight;
      }
      condensed[next++] = sum / weightSum;
    }
    yield ids.length - i - 1;
  }
  return new DistanceMatrix(ids, condensed);
}

function requireOptions(
  matrices: readonly DistanceMatrix[],
  weights: readonly number[],
  consolidation: Consolidation,
): void {
  if (!consolidations.includes(consolidation)) {
    refuse(`there is no consolidation "${consolidation}"; there are ${consolidations.join(', ')}`);
  }
  if (weights.length !== matrices.length) refuse(`${weights.length} weights do not fit ${matrices.length} matrices`);
  const odd = weights.find((weight) => !(weight > 0 && weight < Number.POSITIVE_INFINITY));
  if (odd !== undefined) refuse(`a weight is ${odd}; weights are finite and above 0`);
}

function refuse(found: string): never {
  throw unifracError('OPTION_INVALID', `consolidateMatrices: ${found}.`);
}
