// How fast this processor can be at most. It knows no tensor.
import { callNative } from './native.js';

/**
 * Floating-point operations (two per multiply-add) that one thread of this processor does per second in `float32`,
 * measured within some tens of milliseconds with the widest vectors that matrix products use here: what a benchmark
 * holds products against. NaN where the processor has none of the vectors that there is a probe for.
 */
export function peakOperationsPerSecond(): number {
  return callNative((addon) => addon.peakOperationsPerSecond());
}
