// Brings the read counts of a batch to a scale that a model can use. Independent of what is predicted.
import { dataError } from '../errors.js';
import type { CountLimits } from '../table/count-limits.js';
import type { CommunityBatch } from './community-batch.js';

/**
 * How counts are scaled. With c the reads of an ASV in a sample and t the reads of the sample:
 * `log` ln(c + 1) / ln(t + 1), in (0, 1]; `relative` c / t, in (0, 1]; `raw` c;
 * with limits (c - minimum) / (maximum - minimum), the reference's rule, where equal limits divide by 1.
 */
export type CountNormalization = 'log' | 'relative' | 'raw' | CountLimits;

/**
 * Scaled counts of every slot of a batch, [n].
 *
 * @throws SeqError `TRANSFORM_UNDEFINED` for limits that are not finite or out of order.
 */
export function normalizeCounts(
  batch: Pick<CommunityBatch, 'slotOffsets' | 'slotCounts' | 'sampleReads'>,
  normalization: CountNormalization,
): Float32Array {
  const { slotOffsets, slotCounts, sampleReads } = batch;
  const scaled = new Float32Array(slotCounts.length);
  const scale = scaleOf(normalization);
  for (let sample = 0; sample < sampleReads.length; sample++) {
    for (let slot = slotOffsets[sample]!; slot < slotOffsets[sample + 1]!; slot++) {
      scaled[slot] = scale(slotCounts[slot]!, sampleReads[sample]!);
    }
  }
  return scaled;
}

function scaleOf(normalization: CountNormalization): (count: number, reads: number) => number {
  if (normalization === 'log') return (count, reads) => Math.log1p(count) / Math.log1p(reads);
  if (normalization === 'relative') return (count, reads) => count / reads;
  if (normalization === 'raw') return (count) => count;
  const { minimum, maximum } = normalization;
  const range = maximum - minimum;
  if (!(range >= 0 && range < Number.POSITIVE_INFINITY)) {
    throw dataError(
      'TRANSFORM_UNDEFINED',
      `normalizeCounts: limits ${minimum} and ${maximum} are given. Give two finite numbers, the smaller as minimum.`,
      { details: { minimum, maximum } },
    );
  }
  return (count) => (count - minimum) / (range === 0 ? 1 : range);
}
