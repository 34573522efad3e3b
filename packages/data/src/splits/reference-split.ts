// Splits samples exactly as the reference does: scikit-learn's `train_test_split` with a seed, unstratified.
import { MersenneTwister, permutation } from '../reference/mersenne-twister.js';
import { requireInteger } from '../require-integer.js';
import { requireDistinctIds, requireFraction, type SampleSplit, splitImpossible } from './sample-split.js';

/** Options of {@link referenceSplit}. */
export interface ReferenceSplitOptions {
  /** Part of the samples for validation, between 0 and 1. */
  readonly fraction: number;
  /** Whole number from 0 to 2^32 - 1. */
  readonly seed: number;
}

/**
 * The split of scikit-learn for the same ids, fraction and seed: the first of a random order, `fraction` of the samples
 * rounded up, for validation; both lists in that order.
 *
 * @throws SeqError `SPLIT_IMPOSSIBLE` if no sample is left for training, `TABLE_ID_INVALID` for a sample given twice,
 *   `OPTION_INVALID`
 * @remarks The result depends on the order of the samples. Use `splitSamples` unless you must repeat the reference.
 */
export function referenceSplit(sampleIds: readonly string[], { fraction, seed }: ReferenceSplitOptions): SampleSplit {
  requireFraction('referenceSplit', fraction);
  requireInteger('referenceSplit', 'seed', seed, { minimum: 0, maximum: 2 ** 32 - 1 });
  requireDistinctIds('referenceSplit', sampleIds);
  const count = sampleIds.length;
  const validationCount = Math.ceil(fraction * count);
  if (validationCount >= count) throw splitImpossible('referenceSplit', count, 'sample', validationCount + 1);
  const order = Array.from(permutation(count, new MersenneTwister(seed)), (i) => sampleIds[i]!);
  return { training: order.slice(validationCount), validation: order.slice(0, validationCount) };
}
