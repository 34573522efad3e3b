// Intersects a table whose counts are in their file with everything that must cover it. Knows no formats.
import { type FeatureTableSource, rowsOfIds } from '../streaming/feature-table-source.js';
import { knownSource } from '../streaming/known-source.js';
import type { ReadThroughOptions } from '../streaming/read-through.js';
import { type PartOfSource, type SourceTotals, sourceTotals } from '../streaming/source-totals.js';
import { coveragesOf, matchAxes, refuseMissing, reportOf, type TableAxes } from './match-axes.js';
import type { CoveringIds, MatchInputsOptions } from './match-inputs.js';
import type { MatchReport } from './match-report.js';

/** A source, and the ids of what must cover it. */
export interface MatchableSource extends CoveringIds {
  /** The table to be covered. */
  readonly source: FeatureTableSource;
  /** Samples to use, in this order; others count as if the table had not got them. Default: all. */
  readonly sampleIds?: readonly string[] | undefined;
}

/** Options of {@link matchSource}. */
export interface MatchSourceOptions extends MatchInputsOptions, ReadThroughOptions {}

/** A source that everything else covers, and how it came about. */
export interface MatchedSource {
  /** The given source, without features that something lacks. It still has all samples. Closing it closes the given one. */
  readonly source: FeatureTableSource;
  /** Samples that everything covers, in the order in which they were given. */
  readonly sampleIds: readonly string[];
  /** What was in the table, what was kept, and what is missing where. */
  readonly report: MatchReport;
}

/**
 * As `matchInputs`, for a table whose counts are in their file. They are read through once, unless the source knows the
 * reads of its samples and all features are kept; the source that comes back knows them, so that this happens once only.
 *
 * @throws SeqError as `matchInputs`; `SAMPLE_UNKNOWN`, `TABLE_ID_INVALID` for `sampleIds`; what reading the source throws.
 */
export async function matchSource(inputs: MatchableSource, options: MatchSourceOptions = {}): Promise<MatchedSource> {
  const { source } = inputs;
  const { missing, rarefactionDepth, ...reading } = options;
  const all = await source.sampleIds({ signal: reading.signal });
  const { sampleIds = all } = inputs;
  const rows = rowsOfIds('matchSource', all, sampleIds);
  const axes: TableAxes = { sampleIds, featureIds: source.featureIds };
  const coverages = coveragesOf(axes, inputs);
  const { samples, features } = matchAxes(axes, coverages);
  const totals = await totalsOf(source, { rows, features }, reading);
  const report = reportOf(axes, {
    ...{ samples, features, coverages, rarefactionDepth },
    totals: {
      samples: Float64Array.from(rows, (row) => totals.samples[row]!),
      features: totals.features,
      kept: Float64Array.from(samples, (place) => totals.chosen[rows[place]!]!),
    },
  });
  refuseMissing(axes, { report, coverages, missing });
  const { chosen: reads, entryCount, hasWholeCounts } = totals;
  return {
    source: knownSource(source, { features, reads, entryCount, hasWholeCounts }),
    sampleIds: samples.map((place) => axes.sampleIds[place]!),
    report,
  };
}

async function totalsOf(
  source: FeatureTableSource,
  part: PartOfSource,
  reading: ReadThroughOptions,
): Promise<SourceTotals> {
  const known = part.features.length === source.featureCount ? await source.sampleReads(reading) : undefined;
  if (known === undefined) return sourceTotals(source, part, reading);
  const { entryCount, hasWholeCounts } = source;
  // No feature is left out, so none is asked for its reads.
  return { samples: known, chosen: known, features: new Float64Array(0), entryCount, hasWholeCounts };
}
