// How much native memory tensors hold.
import { callNative } from './native.js';

/**
 * What tensors hold, over the whole process, with what fused operations keep for backward. Values and gradients of
 * parameter stores are not counted.
 *
 * A leak is a {@link MemoryUse.liveTensors} that grows from step to step: between steps it should come back to the same
 * number. A tensor that nobody disposed is freed when the garbage collector finds it.
 */
export interface MemoryUse {
  /** Buffers that are alive, those that recorded operations keep included; tensors that share one count once. */
  readonly liveTensors: number;
  /** Bytes in these buffers. */
  readonly bytes: number;
  /** The most bytes that were alive at once since the start or the last {@link resetPeakMemory}. */
  readonly peakBytes: number;
  /** Bytes that tensors gave back and that wait for the next tensor of about their size. */
  readonly waitingBytes: number;
}

/** Reads the counters of native memory. */
export function memory(): MemoryUse {
  const { liveBuffers, bytes, peakBytes, keptBytes } = callNative((addon) => addon.memoryUse());
  return { liveTensors: liveBuffers, bytes, peakBytes, waitingBytes: keptBytes };
}

/** Lets {@link MemoryUse.peakBytes} start again from what is alive now. */
export function resetPeakMemory(): void {
  callNative((addon) => addon.resetPeakMemory());
}
