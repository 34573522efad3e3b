// Which elements a dropout drops.
import { tensorError } from '../errors.js';
import { type RandomKey, requireKey } from '../random-uniform.js';

/** With which probability, and by which random numbers, elements are dropped. */
export interface DropoutStream extends RandomKey {
  /** Probability that an element becomes 0, in [0, 1). */
  readonly probability: number;
  /** One id per sequence. What is dropped in a sequence depends on its id, not on its neighbours. */
  readonly sequenceIds: Uint32Array;
}

/** Checks the numbers and parts them from the arrays. */
export function requireDropoutStream(
  op: string,
  stream: DropoutStream,
): { probability: number; key: { seed: number; site: number; step: number }; sequenceIds: Uint32Array } {
  const { probability, sequenceIds } = stream;
  if (!(probability >= 0 && probability < 1)) {
    const message = `${op}: probability must be at least 0 and less than 1, got ${probability}.`;
    throw tensorError('TENSOR_VALUE', message, { probability });
  }
  return { probability, key: { ...requireKey(op, stream) }, sequenceIds };
}

/** A checked stream as the attention operations take it: one object, from whose site each layer counts on. */
export function layeredDropout(
  op: string,
  stream: DropoutStream,
): { probability: number; seed: number; site: number; step: number; sequenceIds: Uint32Array } {
  const { probability, key, sequenceIds } = requireDropoutStream(op, stream);
  return { probability, ...key, sequenceIds };
}
