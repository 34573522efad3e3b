// Brings the read counts of a batch to a scale that a model can use. Independent of what is predicted.
import { dataError } from '../errors.js';
import type { CountLimits } from '../table/count-limits.js';
import type { CommunityBatch } from './community-batch.js';

/**
 * How counts are scaled. With c the reads of an ASV in a sample and t the reads of the sample:
 * `log` ln(c + 1) / ln(t + 1), in (0, 1]; `relative` c / t, in (0, 1]; `raw` c;
 * `clr` ln c minus the mean of ln c over the sample's slots, the centred log-ratio of what is present: zeros stay out of it,
 * the sum over a sample is 0, and the reads of the sample cancel (Martino et al. 2019, doi:10.1128/mSystems.00016-19);
 * with limits (c - minimum) / (maximum - minimum), the reference's rule, where equal limits divide by 1.
 */
export type CountNormalization = 'log' | 'relative' | 'clr' | 'raw' | CountLimits;

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
  const scaleIn = scaleOf(normalization);
  for (let sample = 0; sample < sampleReads.length; sample++) {
    const [start, end] = [slotOffsets[sample]!, slotOffsets[sample + 1]!];
    const scale = scaleIn(slotCounts.subarray(start, end), sampleReads[sample]!);
    for (let slot = start; slot < end; slot++) scaled[slot] = scale(slotCounts[slot]!);
  }
  return scaled;
}

/** Scales the counts of one sample, given all of them and the reads of the sample. */
type SampleScale = (counts: Float32Array, reads: number) => (count: number) => number;

function scaleOf(normalization: CountNormalization): SampleScale {
  if (normalization === 'log') return (_, reads) => (count) => Math.log1p(count) / Math.log1p(reads);
  if (normalization === 'relative') return (_, reads) => (count) => count / reads;
  if (normalization === 'clr') return centredLogRatio;
  if (normalization === 'raw') return () => (count) => count;
  const { minimum, maximum } = normalization;
  const range = maximum - minimum;
  if (!(range >= 0 && range < Number.POSITIVE_INFINITY)) {
    throw dataError(
      'TRANSFORM_UNDEFINED',
      `normalizeCounts: limits ${minimum} and ${maximum} are given. Give two finite numbers, the smaller as minimum.`,
      { details: { minimum, maximum } },
    );
  }
  return () => (count) => (count - minimum) / (range === 0 ? 1 : range);
}

const centredLogRatio: SampleScale = (counts) => {
  const mean = counts.reduce((sum, count) => sum + Math.log(count), 0) / counts.length;
  return (count) => Math.log(count) - mean;
};
