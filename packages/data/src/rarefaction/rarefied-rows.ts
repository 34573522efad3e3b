// Rarefies single rows and whole tables, once everything has been checked.
import { multinomial } from '../random/distributions.js';
import { Draws } from '../random/draws.js';
import { FeatureTable } from '../table/feature-table.js';
import type { SampleRows } from '../table/sample-rows.js';
import { rarefySample } from './rarefy-sample.js';

/** What the draws of a row depend on, apart from the row itself. */
export interface RowDraws {
  readonly depth: number;
  readonly seed: number;
  readonly epoch: number;
  /** Default: false. */
  readonly withReplacement?: boolean | undefined;
}

/**
 * Counts of the entries of one row after rarefaction. A row with fewer than `depth` reads keeps all of them, and without
 * replacement one with exactly as many, too.
 */
export function rarefiedCounts(table: SampleRows, row: number, options: RowDraws): Float64Array {
  const { depth, seed, epoch, withReplacement = false } = options;
  const counts = table.counts.subarray(table.sampleOffsets[row]!, table.sampleOffsets[row + 1]!);
  let reads = 0;
  for (let i = 0; i < counts.length; i++) reads += counts[i]!;
  if (reads < depth || (reads === depth && !withReplacement)) return counts;
  const draws = new Draws({ seed, purpose: 'rarefaction', epoch, id: table.sampleIds[row]! });
  return withReplacement ? multinomial(counts, depth, draws) : rarefySample(counts, depth, draws);
}

/** A table of the same samples and features, every row rarefied. */
export function rarefiedRows(table: FeatureTable, draws: RowDraws): FeatureTable {
  return withSamples(table, rarefiedSamples(table, draws));
}

/** The table with other counts of the same samples. */
export function withSamples({ featureIds, taxonomy, sampleMetadata }: FeatureTable, rows: SampleRows): FeatureTable {
  return new FeatureTable({ ...rows, featureIds, taxonomy, sampleMetadata });
}

/** The same samples, every one rarefied. */
export function rarefiedSamples(rows: SampleRows, draws: RowDraws): SampleRows {
  const steps = rarefyingSamples(rows, draws);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** As {@link rarefiedSamples}, stopping behind every sample. */
export function* rarefyingSamples(rows: SampleRows, draws: RowDraws): Generator<void, SampleRows, void> {
  const { sampleIds } = rows;
  const sampleOffsets = new Uint32Array(sampleIds.length + 1);
  const featureIndices = new Uint32Array(rows.counts.length);
  const counts = new Float64Array(rows.counts.length);
  let kept = 0;
  for (let row = 0; row < sampleIds.length; row++) {
    const start = rows.sampleOffsets[row]!;
    const left = rarefiedCounts(rows, row, draws);
    for (let i = 0; i < left.length; i++) {
      if (left[i] === 0) continue;
      featureIndices[kept] = rows.featureIndices[start + i]!;
      counts[kept++] = left[i]!;
    }
    sampleOffsets[row + 1] = kept;
    yield;
  }
  return { sampleIds, sampleOffsets, featureIndices: featureIndices.slice(0, kept), counts: counts.slice(0, kept) };
}
