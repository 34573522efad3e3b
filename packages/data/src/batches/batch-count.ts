// How many batches an epoch has, and which part of it a worker takes. Knows no data sets.
import { requireInteger } from '../require-integer.js';

/** One of several workers that share an epoch. */
export interface EpochWorker {
  /** From 0 to `count` - 1. */
  readonly index: number;
  /** How many workers there are, at least 1. */
  readonly count: number;
}

/** Options of {@link batchCount}. */
export interface BatchCountOptions {
  /** Whole number above zero. */
  readonly samplesPerBatch: number;
  /** Whether to leave out a last batch that is not full. With workers, all then have equally many. Default: false. */
  readonly dropLast?: boolean;
  /** The worker whose batches are counted or made. Default: a single one. */
  readonly worker?: EpochWorker | undefined;
}

/**
 * How many batches an epoch has, or a worker's part of one.
 *
 * @throws SeqError `OPTION_INVALID`
 */
export function batchCount(sampleCount: number, options: BatchCountOptions): number {
  const { samplesPerBatch, dropLast = false, worker } = options;
  requireInteger('batchCount', 'samplesPerBatch', samplesPerBatch, { minimum: 1 });
  const { start, end } = workerPart(sampleCount, worker);
  if (dropLast) return Math.floor(Math.floor(sampleCount / (worker?.count ?? 1)) / samplesPerBatch);
  return Math.ceil((end - start) / samplesPerBatch);
}

/**
 * The positions of an epoch that a worker visits: from `start` to before `end`. The parts of all workers are the whole
 * epoch, without overlap, and differ by one sample at most.
 *
 * @throws SeqError `OPTION_INVALID`
 */
export function workerPart(
  sampleCount: number,
  { index, count }: EpochWorker = { index: 0, count: 1 },
): { readonly start: number; readonly end: number } {
  requireInteger('worker', 'count', count, { minimum: 1, maximum: 2 ** 20 });
  requireInteger('worker', 'index', index, { minimum: 0, maximum: count - 1 });
  const cut = (worker: number): number => Math.floor((worker * sampleCount) / count);
  return { start: cut(index), end: cut(index + 1) };
}
