// The order in which an epoch visits samples.
import { Draws } from '../random/draws.js';
import { shuffledIndices } from '../random/shuffled.js';
import { requireInteger, requireSeed } from '../require-integer.js';

/** Options of {@link epochOrder}. */
export interface EpochOrderOptions {
  /** Whether to visit samples in random order, or from first to last. Default: false. */
  readonly shuffle?: boolean;
  /** Whole number from 0 to 2^53 - 1. Default: 0. */
  readonly seed?: number;
  /** Every epoch has its own random order; whole number from 0 to 2^32 - 1. Default: 0. */
  readonly epoch?: number;
}

/**
 * The indices 0 to sampleCount - 1, each once. A function of its arguments only.
 *
 * @throws SeqError `OPTION_INVALID`
 */
export function epochOrder(sampleCount: number, options: EpochOrderOptions = {}): Uint32Array {
  const { shuffle = false, seed = 0, epoch = 0 } = options;
  requireInteger('epochOrder', 'sampleCount', sampleCount, { minimum: 0, maximum: 2 ** 32 - 1 });
  requireSeed('epochOrder', seed);
  requireInteger('epochOrder', 'epoch', epoch, { minimum: 0, maximum: 2 ** 32 - 1 });
  if (!shuffle) return Uint32Array.from({ length: sampleCount }, (_, i) => i);
  return shuffledIndices(sampleCount, new Draws({ seed, purpose: 'sampleOrder', epoch }));
}
