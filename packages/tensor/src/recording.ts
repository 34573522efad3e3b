// What happens to operations: recorded, not recorded, or only looked at. It knows no operation.
import { callNative } from './native.js';
import { requireDone } from './tidy.js';

/** Runs `work` with operations recorded, not recorded, or not recorded but watched for {@link checkpoint}. */
export function whileRecording<T>(recording: 'on' | 'off' | 'watched', asked: string, work: () => T): T {
  callNative((addon) => addon.beginRecording(recording));
  try {
    return requireDone(asked, work());
  } finally {
    callNative((addon) => addon.endRecording());
  }
}

/**
 * Runs `work` without recording operations, so that nothing is kept for a gradient.
 *
 * @throws SeqError `WORK_IS_ASYNC` if `work` returns a promise.
 */
export function noGrad<T>(work: () => T): T {
  return whileRecording('off', 'noGrad', work);
}
