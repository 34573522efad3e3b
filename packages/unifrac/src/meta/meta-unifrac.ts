// One distance matrix of several tables of the same samples, such as two marker genes, each with a tree of its own.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FeatureTable } from '@seq/data';
import { unifracError } from '../errors.js';
import type { DistanceMatrix } from '../matrix/distance-matrix.js';
import type { Phylogeny } from '../phylogeny/phylogeny.js';
import { type UnifracMatrixOptions, unifracMatrix } from '../unifrac/unifrac-matrix.js';
import { type ConsolidateMatricesOptions, type Consolidation, consolidatedByRows } from './consolidate-matrices.js';

/** One table with its tree. */
export interface MetaUnifracInput {
  /** Counts, shape [N, M]; samples are matched with those of the other tables by id. */
  readonly table: FeatureTable;
  /** Rooted; every feature of the table is a tip, unless `missing: 'drop'`. */
  readonly tree: Phylogeny;
  /** How much it counts, > 0, relative to the others. Default 1. */
  readonly weight?: number | undefined;
}

/** Options of {@link metaUnifrac}. */
export interface MetaUnifracOptions extends UnifracMatrixOptions {
  /** See {@link Consolidation}. Default `'skippingMissingValues'`. */
  readonly consolidation?: Consolidation | undefined;
}

/**
 * The weighted mean of the UniFrac matrices of several tables, over all samples that any of them has, sorted by id.
 *
 * @throws SeqError as {@link unifracMatrix} for each of them, and as `consolidateMatrices`; `OPTION_INVALID` if there
 *   is no input.
 * @remarks As `unifrac.meta` of the Python package, but its ids are sorted by code points and ours by UTF-16 code units,
 *   which differ beyond U+FFFF only; and pairs without any value are NaN.
 * @see Lozupone et al. 2008, doi:10.1073/pnas.0807339105
 */
export async function metaUnifrac(
  inputs: readonly MetaUnifracInput[],
  options: MetaUnifracOptions = {},
): Promise<DistanceMatrix> {
  if (inputs.length === 0) throw unifracError('OPTION_INVALID', 'metaUnifrac: no tables were given.');
  const pairsOf = ({ table }: MetaUnifracInput): number => (table.sampleCount * (table.sampleCount - 1)) / 2;
  const pairsTotal = inputs.reduce((sum, input) => sum + pairsOf(input), 0);
  const matrices: DistanceMatrix[] = [];
  let before = 0;
  for (const input of inputs) {
    const { onProgress } = options;
    const own =
      onProgress === undefined
        ? options
        : {
            ...options,
            onProgress: ({ pairsDone }: { readonly pairsDone: number }): void =>
              onProgress({ pairsDone: before + pairsDone, pairsTotal }),
          };
    matrices.push(await unifracMatrix(input.table, input.tree, own));
    before += pairsOf(input);
  }
  const weights = inputs.map(({ weight = 1 }) => weight);
  return consolidatedInTurns(matrices, { weights, consolidation: options.consolidation }, options.signal);
}

/** Pairs that are averaged before others get their turn. */
const pairsPerTurn = 200_000;

async function consolidatedInTurns(
  matrices: readonly DistanceMatrix[],
  options: ConsolidateMatricesOptions,
  signal: AbortSignal | undefined,
): Promise<DistanceMatrix> {
  const rows = consolidatedByRows(matrices, options);
  let pairs = pairsPerTurn;
  for (let step = rows.next(); ; step = rows.next()) {
    if (step.done) return step.value;
    pairs += step.value;
    if (pairs < pairsPerTurn) continue;
    pairs = 0;
    await nextTurn();
    signal?.throwIfAborted();
  }
}
