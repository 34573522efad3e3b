// Distances without a largest value as targets: brought into [0, 1) by a distance that becomes one half. It knows no metric.
import type { CommunityBatch } from '@seq/data';
import { trainError } from '../errors.js';
import type { BatchDistances } from '../trainer/pretraining-objective.js';

/**
 * Distances of a metric without a largest value (Aitchison, unnormalised UniFrac) as targets of training, which lie in [0, 1):
 * each d becomes d / (d + half). 0 stays, the order stays, and what is far apart is told apart less.
 *
 * @param half - distance that becomes 0.5, above 0; {@link medianDistance} finds a good one.
 * @throws SeqError `TRAINING_OPTIONS` for a half that is no number above 0.
 */
export function boundedTargets(distances: BatchDistances, half: number): BatchDistances {
  requireHalf('boundedTargets', half);
  return (batch) => {
    const found = distances(batch);
    return found instanceof Float64Array ? boundedByHalf(found, half) : found.then((late) => boundedByHalf(late, half));
  };
}

/** @throws SeqError `TRAINING_OPTIONS` for a half that is no number above 0. */
export function requireHalf(asked: string, half: number): void {
  if (half > 0 && half < Number.POSITIVE_INFINITY) return;
  throw trainError('TRAINING_OPTIONS', `${asked}: half is ${half}; give a distance above 0.`);
}

/** Each d as d / (d + half). */
export function boundedByHalf(distances: Float64Array, half: number): Float64Array {
  return distances.map((distance) => distance / (distance + half));
}

/** The median of numbers, of an even count the upper of the two in the middle; 0 if there are none. */
export function medianOf(numbers: Float64Array): number {
  return numbers.toSorted()[Math.floor(numbers.length / 2)] ?? 0;
}

/** The first samples say enough about the median of all. */
const SAMPLES_FOR_MEDIAN = 4096;

/**
 * The median of the distances between samples that stand in the same batch: what {@link boundedTargets} may take as `half`.
 * Looks at the first 4,096 samples at most, so batches should come in random order.
 *
 * @param batches - training samples, each once.
 * @throws SeqError `TRAINING_DATA` if no batch has two samples, or half of the distances are 0.
 */
export async function medianDistance(
  distances: BatchDistances,
  batches: Iterable<CommunityBatch> | AsyncIterable<CommunityBatch>,
): Promise<number> {
  const parts: Float64Array[] = [];
  let samples = 0;
  for await (const batch of batches) {
    parts.push(await distances(batch));
    samples += batch.sampleIds.length;
    if (samples >= SAMPLES_FOR_MEDIAN) break;
  }
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  const median = medianOf(all);
  if (median > 0) return median;
  throw trainError(
    'TRAINING_DATA',
    `medianDistance: the median of ${all.length} distances between ${samples} samples is ${median}, no scale to learn on; ` +
      'give batches of samples that differ.',
  );
}
