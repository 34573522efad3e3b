// The distances of a whole table in blocks of rows, so that the matrix need not lie in memory. Knows no file.
import type { FeatureTable } from '@seq/data';
import { unifracError } from '../errors.js';
import {
  type DistanceRows,
  type Numbers,
  type Precision,
  rowsPerBlock as rowsOfPiece,
} from '../matrix/distance-rows.js';
import { callNativeLater, type PreparedHandle } from '../native.js';
import type { Phylogeny } from '../phylogeny/phylogeny.js';
import { createUnifrac } from './create-unifrac.js';
import { droppedFeatures } from './dropped-reads.js';
import { emptySamplesRule, undefinedSamples } from './empty-samples.js';
import { countsOf, runJob, threadsArgument } from './run-job.js';
import { spaceOf } from './unifrac.js';
import type { UnifracMatrixOptions } from './unifrac-matrix.js';
import { metricArguments } from './unifrac-metric.js';

/** Which distances of a row are given. */
export type BlockShape =
  /** All N of them, so that the rows can be written as a square as they come. */
  | 'square'
  /** Those to later samples: blocks joined are the condensed form. */
  | 'condensed';

/** Options of {@link unifracBlocks}. */
export interface UnifracBlocksOptions extends UnifracMatrixOptions {
  /** See {@link BlockShape}. Default `'square'`. */
  readonly shape?: BlockShape | undefined;
  /** Width of the numbers: default `'f32'`, and `'f64'` with `precision: 'exact'`. */
  readonly width?: Precision | undefined;
  /** Rows of a block, at least 1. Default: about 16 MiB of numbers, but 64 rows at least. The result does not depend on it. */
  readonly rowsPerBlock?: number | undefined;
}

/** Some rows of a distance matrix, one after the other. */
export interface DistanceBlock {
  /** The first row, from 0. */
  readonly firstRow: number;
  /** The row after the last one. */
  readonly endRow: number;
  /** `Float32Array` for width `'f32'`, `Float64Array` for `'f64'`. */
  readonly distances: Numbers;
}

const blockBytes = 16 * 2 ** 20;
const fewestRows = 64;

/**
 * UniFrac between every two samples of a table in blocks of rows, in order, each computed while the one before is used.
 *
 * @param table - counts, shape [N, M].
 * @throws SeqError as {@link unifracMatrix}, when the first block is asked for; the reason of an abort as it is.
 * @remarks The same bits as {@link unifracMatrix}. A pair of a square is computed twice, unless one block has all rows. Memory: two blocks, 8 bytes for every branch of every sample for weighted
 *   metrics (16 with `precision: 'exact'`), a few for every read otherwise, and per thread some hundred bytes for every
 *   branch of the tree: nothing that grows with N².
 */
export async function* unifracBlocks(
  table: FeatureTable,
  tree: Phylogeny,
  options: UnifracBlocksOptions = {},
): AsyncGenerator<DistanceBlock, void, undefined> {
  const asked = 'unifracBlocks';
  const { shape = 'square' } = options;
  const rule = emptySamplesRule(asked, options.emptySamples);
  const size = table.sampleIds.length;
  const step = rowsPerBlock(options, size);
  const metric = metricArguments(asked, options, { square: shape === 'square' });
  const threads = threadsArgument(asked, options.threads);
  options.signal?.throwIfAborted();
  using unifrac = createUnifrac(tree, table.featureIds, { ...options, sampleIds: table.sampleIds });
  const { missingFeatureIds } = unifrac;
  if (missingFeatureIds.length > 0) options.onDropped?.(droppedFeatures(table, missingFeatureIds));
  const empty = undefinedSamples(asked, table, { rule, missingIds: missingFeatureIds });
  const prepared = await callNativeLater(() => spaceOf(unifrac).prepareLater(countsOf(table), metric, threads));
  const left = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal;
  let next: Promise<DistanceBlock> | undefined;
  try {
    const compute = blockMaker(prepared, size, { ...options, signal });
    if (size > 0) next = compute(0, Math.min(step, size));
    while (next !== undefined) {
      const block: DistanceBlock = await next;
      const { endRow } = block;
      next = endRow < size ? compute(endRow, Math.min(endRow + step, size)) : undefined;
      // Whoever stops listening here must not leave a failure of the next block unheard.
      next?.catch(() => {});
      markEmpty(block, empty, size, shape);
      yield block;
    }
  } finally {
    left.abort();
    await next?.catch(() => {});
    prepared.dispose();
  }
}

/** Options of {@link unifracRows}. */
export interface UnifracRowsOptions extends Omit<UnifracBlocksOptions, 'shape'> {
  /**
   * Whether the whole square is computed before its first rows are given: each pair once and not twice, for N² numbers of
   * memory. Instead of `rowsPerBlock`. Default false.
   */
  readonly atOnce?: boolean | undefined;
}

/**
 * The same as a square matrix whose rows come in blocks, for `writeDistanceMatrix`: a matrix of any size goes to a file
 * without ever lying in memory, or with `atOnce` in half the time where there is room for it.
 */
export function unifracRows(table: FeatureTable, tree: Phylogeny, options: UnifracRowsOptions = {}): DistanceRows {
  const { atOnce = false, ...rest } = options;
  const size = table.sampleIds.length;
  const perBlock = atOnce ? Math.max(1, size) : options.rowsPerBlock;
  const blocks = unifracBlocks(table, tree, { ...rest, rowsPerBlock: perBlock, shape: 'square' });
  return { ids: table.sampleIds, precision: widthOf(options), blocks: piecesOf(blocks, size) };
}

/** Distances in pieces of a size that is good to write. */
async function* piecesOf(blocks: AsyncIterable<DistanceBlock>, size: number): AsyncGenerator<Numbers> {
  for await (const { distances } of blocks) {
    const step = size * rowsOfPiece(size, distances.BYTES_PER_ELEMENT);
    for (let start = 0; start < distances.length; start += step) yield distances.subarray(start, start + step);
  }
}

function widthOf({ width, precision }: UnifracBlocksOptions): Precision {
  return width ?? (precision === 'exact' ? 'f64' : 'f32');
}

function rowsPerBlock({ rowsPerBlock: asked, ...options }: UnifracBlocksOptions, size: number): number {
  if (asked === undefined) {
    const rowBytes = Math.max(1, size * (widthOf(options) === 'f32' ? 4 : 8));
    return Math.max(fewestRows, fewestRows * Math.floor(blockBytes / rowBytes / fewestRows));
  }
  if (Number.isSafeInteger(asked) && asked >= 1) return asked;
  throw unifracError('OPTION_INVALID', `unifracBlocks: rowsPerBlock is ${asked}; it must be a whole number >= 1.`);
}

/** Computes blocks with one progress over all of them. */
function blockMaker(
  prepared: PreparedHandle,
  size: number,
  options: UnifracBlocksOptions,
): (firstRow: number, endRow: number) => Promise<DistanceBlock> {
  const { shape = 'square', signal, onProgress } = options;
  const pairsTotal = shape === 'square' ? size * size : (size * (size - 1)) / 2;
  const isNarrow = widthOf(options) === 'f32';
  let before = 0;
  return async (firstRow, endRow) => {
    const report = onProgress && {
      onProgress: ({ pairsDone }: { readonly pairsDone: number }) =>
        onProgress({ pairsDone: before + pairsDone, pairsTotal }),
    };
    const distances = await runJob<Numbers>(
      (job) => (isNarrow ? prepared.narrowRowsLater(firstRow, endRow, job) : prepared.rowsLater(firstRow, endRow, job)),
      { signal, ...report },
    );
    before += distances.length;
    return { firstRow, endRow, distances };
  };
}

/** Sets pairs of empty samples to NaN. */
function markEmpty(block: DistanceBlock, empty: readonly number[], size: number, shape: BlockShape): void {
  const { firstRow, endRow, distances } = block;
  for (const row of empty) {
    if (row < firstRow || row >= endRow) continue;
    const start = startInBlock(firstRow, row, size, shape);
    for (const column of empty) {
      if (shape === 'square' ? row !== column : row < column) distances[start + column] = Number.NaN;
    }
  }
}

/** Where column 0 of a row would be in a block. */
function startInBlock(firstRow: number, row: number, size: number, shape: BlockShape): number {
  if (shape === 'square') return (row - firstRow) * size;
  const rowsBefore = row - firstRow;
  return rowsBefore * size - ((firstRow + 1 + row) * rowsBefore) / 2 - row - 1;
}
