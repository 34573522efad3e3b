// How much native memory tensors hold.
import { callNative } from './native.js';

/** What tensors hold, over the whole process. Values and gradients of parameter stores are not counted. */
export interface MemoryUse {
  /** Buffers that are alive, those that recorded operations keep included; tensors that share one count once. */
  readonly liveTensors: number;
  /** Bytes in these buffers. */
  readonly bytes: number;
  /** The most bytes that were alive at once since the start or the last {@link resetPeakMemory}. */
  readonly peakBytes: number;
}

/** Reads the counters of native memory. */
export function memory(): MemoryUse {
  const { liveBuffers, bytes, peakBytes } = callNative((addon) => addon.memoryUse());
  return { liveTensors: liveBuffers, bytes, peakBytes };
}

/** Lets {@link MemoryUse.peakBytes} start again from what is alive now. */
export function resetPeakMemory(): void {
  callNative((addon) => addon.resetPeakMemory());
}
