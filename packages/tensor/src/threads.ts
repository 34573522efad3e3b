// How many threads operations use. Results do not depend on it.
import { requireInteger } from './argument-checks.js';
import { callNative } from './native.js';

const MAX_THREADS = 1024;

/**
 * Sets the number of worker threads of the process. Results are bit-equal for any number.
 *
 * @param count - 1 to 1024, or 0 for one per core, which is the default.
 * @throws SeqError `TENSOR_VALUE`
 */
export function setThreads(count: number): void {
  requireInteger('setThreads', 'count', count, 0, MAX_THREADS);
  callNative((addon) => addon.setThreads(count));
}

/** The number of worker threads. */
export function threads(): number {
  return callNative((addon) => addon.threads());
}
