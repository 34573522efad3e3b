// Runs a native computation with progress and a way to stop it. Knows not what is computed.
import type { FeatureTable } from '@seq/data';
import { unifracError } from '../errors.js';
import { callNativeLater, type JobHandle } from '../native.js';

/** How far a computation is. */
export interface DistanceProgress {
  /** Pairs of samples done. */
  readonly pairsDone: number;
  /** Pairs of samples in all. */
  readonly pairsTotal: number;
}

/** Options of everything that computes a whole matrix. */
export interface DistanceJobOptions {
  /** Worker threads, at least 1. Default: one per core. The result does not depend on it. */
  readonly threads?: number | undefined;
  /** Ends the computation soon; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called about ten times a second, and once more when all pairs are done. If it throws, the computation ends and the
   * promise is rejected with what it threw. Default: none.
   */
  readonly onProgress?: ((progress: DistanceProgress) => void) | undefined;
}

const intervalMs = 100;

/** Runs `start` and watches over it. */
export async function runJob<R>(
  start: (job: JobHandle) => Promise<R>,
  { signal, onProgress }: DistanceJobOptions,
): Promise<R> {
  signal?.throwIfAborted();
  return await callNativeLater(async (addon) => {
    const job = new addon.JobHandle();
    let thrown: { readonly error: unknown } | undefined;
    const report = (): void => {
      if (onProgress === undefined || thrown !== undefined) return;
      try {
        onProgress({ pairsDone: job.done(), pairsTotal: job.total() });
      } catch (error) {
        thrown = { error };
        job.cancel();
      }
    };
    const abort = (): void => job.cancel();
    signal?.addEventListener('abort', abort, { once: true });
    const timer = onProgress === undefined ? undefined : setInterval(report, intervalMs);
    try {
      const distances = await start(job);
      report();
      if (thrown !== undefined) throw thrown.error;
      return distances;
    } catch (error) {
      signal?.throwIfAborted();
      throw thrown === undefined ? error : thrown.error;
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', abort);
    }
  });
}

/** The number of threads as the addon takes it; 0 means one per core. */
export function threadsArgument(asked: string, threads: number | undefined): number {
  if (threads === undefined) return 0;
  if (Number.isSafeInteger(threads) && threads >= 1 && threads <= 1024) return threads;
  throw unifracError('OPTION_INVALID', `${asked}: threads is ${threads}; it must be a whole number in [1, 1024].`);
}

/** The counts of a table as the addon takes them. */
export function countsOf(table: FeatureTable): {
  readonly offsets: Uint32Array;
  readonly features: Uint32Array;
  readonly counts: Float64Array;
} {
  return { offsets: table.sampleOffsets, features: table.featureIndices, counts: table.counts };
}
