// Rarefies a table exactly as the reference does: one NumPy generator for all samples, in the order of the table.
import { nothingLeft } from '../rarefaction/samples-below.js';
import { requireInteger } from '../require-integer.js';
import { tableOfRows } from '../table/build-feature-table.js';
import type { FeatureTable } from '../table/feature-table.js';
import { selectColumns } from '../table/select-features.js';
import { selectRows } from '../table/select-samples.js';
import { drawMultinomial } from './numpy-binomial.js';
import { chooseDistinct } from './numpy-draws.js';
import { Pcg64 } from './pcg64.js';

/** Options of {@link referenceRarefy}. */
export interface ReferenceRarefyOptions {
  /** Rarefaction depth: reads per sample, 1 to 10^7. */
  readonly depth: number;
  /** A whole number >= 0; NumPy's seed. */
  readonly seed: number | bigint;
  /** Whether a read is put back before the next is drawn. Default false. */
  readonly withReplacement?: boolean | undefined;
}

/**
 * The table that biom-format's `subsample(depth)` gives with NumPy's `default_rng(seed)`, bit by bit.
 *
 * Samples below the depth are left out, and so are features without reads in the remaining samples. Fractional counts are cut to
 * whole reads one by one; with replacement they are rounded up.
 *
 * @throws SeqError `RAREFACTION_LEAVES_NOTHING`, `OPTION_INVALID`.
 * @remarks What a sample keeps depends on the samples before it. Use `rarefy` unless you must repeat the reference.
 */
export function referenceRarefy(table: FeatureTable, options: ReferenceRarefyOptions): FeatureTable {
  const { depth, seed, withReplacement = false } = options;
  requireInteger('referenceRarefy', 'depth', depth, { minimum: 1, maximum: 10_000_000 });
  const generator = new Pcg64(seed);
  const drawSample = withReplacement ? drawReplacing : drawWithout;
  const drawn = new Float64Array(table.entryCount);
  for (let row = 0; row < table.sampleCount; row++) {
    const [start, end] = [table.sampleOffsets[row]!, table.sampleOffsets[row + 1]!];
    drawn.set(drawSample(table.counts.subarray(start, end), depth, generator), start);
  }
  return withoutEmpty(table, drawn, depth);
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

function drawWithout(counts: Float64Array, depth: number, generator: Pcg64): Float64Array {
  const whole = counts.map(Math.trunc);
  const total = sum(whole);
  const kept = new Float64Array(counts.length);
  if (total < depth) return kept;
  const reads = chooseDistinct(total, depth, generator).sort();
  let next = 0;
  let end = 0;
  for (let i = 0; i < whole.length; i++) {
    end += whole[i]!;
    while (next < reads.length && reads[next]! < end) {
      kept[i]! += 1;
      next += 1;
    }
  }
  return kept;
}

function drawReplacing(counts: Float64Array, depth: number, generator: Pcg64): Float64Array {
  if (sum(counts) < depth) return new Float64Array(counts.length);
  const whole = counts.map(Math.ceil);
  const total = sum(whole);
  return drawMultinomial(
    depth,
    whole.map((count) => count / total),
    generator,
  );
}

function withoutEmpty(table: FeatureTable, drawn: Float64Array, depth: number): FeatureTable {
  const { sampleIds, featureIds, sampleOffsets, featureIndices, taxonomy, sampleMetadata } = table;
  const named = { sampleIds, featureIds, taxonomy, sampleMetadata };
  const all = tableOfRows({ ...named, sampleOffsets, featureIndices, counts: drawn });
  const rows = [...sampleIds.keys()].filter((row) => all.sampleOffsets[row] !== all.sampleOffsets[row + 1]);
  if (rows.length === 0) throw nothingLeft('referenceRarefy', depth, readsOf(table));
  const columns = [...new Set(all.featureIndices)].sort((a, b) => a - b);
  return selectColumns(selectRows(all, rows), columns);
}

function readsOf({ sampleIds, sampleOffsets, counts }: FeatureTable): { sampleId: string; reads: number }[] {
  return sampleIds.map((sampleId, row) => ({
    sampleId,
    reads: sum(counts.subarray(sampleOffsets[row]!, sampleOffsets[row + 1]!)),
  }));
}
