// Leaves samples and features out of a table by ids, reads and prevalence, and keeps book. Knows no metadata and no files.
import { dataError } from '../errors.js';
import type { Retention } from '../matching/match-report.js';
import { requireInteger } from '../require-integer.js';
import type { FeatureTable } from '../table/feature-table.js';
import { featureTotals, sampleTotals } from '../table/sample-totals.js';
import { selectColumns } from '../table/select-features.js';
import { rowsOfSamples, selectRows } from '../table/select-samples.js';
import { counted } from '../text/quoted.js';

/** What has to be true of samples and features that stay; every condition is optional. */
export interface FilterTableOptions {
  /** The only samples that may stay. All of them must be in the table. */
  readonly sampleIds?: readonly string[] | undefined;
  /** Fewest reads of a sample, of the features that stay; at least 0. */
  readonly minimumReads?: number | undefined;
  /** Fewest samples, of those that may stay, with a feature; a whole number of at least 1. */
  readonly minimumSamples?: number | undefined;
  /** Smallest part of the samples that may stay that have a feature, from 0 to 1. */
  readonly minimumPrevalence?: number | undefined;
  /** Fewest reads of a feature over all samples that may stay; at least 0. */
  readonly minimumFeatureReads?: number | undefined;
}

/** Why something was left out. */
export type RemovalReason = 'not-chosen' | 'too-few-samples' | 'too-few-reads' | 'no-reads';

/** A sample or feature that was left out. */
export interface Removal {
  /** Its id. */
  readonly id: string;
  /** Why; the first reason that held. */
  readonly reason: RemovalReason;
  /** Its reads in the given table. */
  readonly reads: number;
}

/** A filtered table, and what is missing in it. */
export interface FilteredTable {
  /** Samples and features that stayed, in the order of the given table. */
  readonly table: FeatureTable;
  /** Samples that were left out, in the order of the given table. */
  readonly removedSamples: readonly Removal[];
  /** Features that were left out, in the order of the given table. */
  readonly removedFeatures: readonly Removal[];
  /** Reads of the given table and of the filtered one. */
  readonly reads: Retention;
}

/**
 * The part of a table that meets some conditions, in one pass: first samples are chosen by id; then features are judged by
 * the samples that are left; then samples by the reads that are left of them; last, features without any read go, and
 * samples without any.
 *
 * @throws SeqError `SAMPLE_UNKNOWN` for ids that the table does not have, `TABLE_EMPTY` if nothing is left, with what each
 *   condition removed; `OPTION_INVALID`
 * @remarks Conditions of features look at the chosen samples before samples are judged by their reads, as when QIIME 2's
 *   `filter-samples`, `filter-features` and `filter-samples` are called in this order.
 */
export function filterTable(table: FeatureTable, options: FilterTableOptions): FilteredTable {
  requireOptions(options);
  const sampleTotal = sampleTotals(table);
  const featureTotal = featureTotals(table);
  const sampleReason = new Map<number, RemovalReason>();
  const featureReason = new Map<number, RemovalReason>();
  if (options.sampleIds !== undefined) {
    const chosen = new Set(rowsOfSamples(table, options.sampleIds));
    for (let row = 0; row < table.sampleCount; row++) if (!chosen.has(row)) sampleReason.set(row, 'not-chosen');
  }
  judgeFeatures(table, options, sampleReason, featureReason);
  judgeSamples(table, options, sampleReason, featureReason);
  dropUnread(table, sampleReason, featureReason);
  const rows = without(table.sampleCount, sampleReason);
  const columns = without(table.featureCount, featureReason);
  const removedSamples = removals(table.sampleIds, sampleReason, sampleTotal);
  const removedFeatures = removals(table.featureIds, featureReason, featureTotal);
  if (rows.length === 0 || columns.length === 0) throw nothingLeft(table, removedSamples, removedFeatures);
  const ofSamples = rows.length === table.sampleCount ? table : selectRows(table, rows);
  const filtered = columns.length === table.featureCount ? ofSamples : selectColumns(ofSamples, columns);
  const sum = (counts: Float64Array): number => counts.reduce((all, count) => all + count, 0);
  return {
    table: filtered,
    removedSamples,
    removedFeatures,
    reads: { inTable: sum(table.counts), kept: sum(filtered.counts) },
  };
}

type Reasons = Map<number, RemovalReason>;

function judgeFeatures(table: FeatureTable, options: FilterTableOptions, samples: Reasons, features: Reasons): void {
  const { minimumSamples = 0, minimumPrevalence = 0, minimumFeatureReads = 0 } = options;
  const [bearers, reads] = [new Float64Array(table.featureCount), new Float64Array(table.featureCount)];
  for (let row = 0; row < table.sampleCount; row++) {
    if (samples.has(row)) continue;
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      bearers[table.featureIndices[entry]!]! += 1;
      reads[table.featureIndices[entry]!]! += table.counts[entry]!;
    }
  }
  const needed = Math.max(minimumSamples, minimumPrevalence * (table.sampleCount - samples.size));
  for (let feature = 0; feature < table.featureCount; feature++) {
    if (bearers[feature]! < needed) features.set(feature, 'too-few-samples');
    else if (reads[feature]! < minimumFeatureReads) features.set(feature, 'too-few-reads');
  }
}

function judgeSamples(
  table: FeatureTable,
  { minimumReads = 0 }: FilterTableOptions,
  samples: Reasons,
  features: Reasons,
): void {
  for (let row = 0; row < table.sampleCount; row++) {
    if (samples.has(row)) continue;
    let reads = 0;
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      if (!features.has(table.featureIndices[entry]!)) reads += table.counts[entry]!;
    }
    if (reads < minimumReads) samples.set(row, 'too-few-reads');
    else if (reads === 0) samples.set(row, 'no-reads');
  }
}

function dropUnread(table: FeatureTable, samples: Reasons, features: Reasons): void {
  const isRead = new Uint8Array(table.featureCount);
  for (let row = 0; row < table.sampleCount; row++) {
    if (samples.has(row)) continue;
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      isRead[table.featureIndices[entry]!] = 1;
    }
  }
  isRead.forEach((read, feature) => {
    if (read === 0 && !features.has(feature)) features.set(feature, 'no-reads');
  });
}

const without = (count: number, reasons: Reasons): number[] =>
  Array.from({ length: count }, (_, i) => i).filter((i) => !reasons.has(i));

function removals(ids: readonly string[], reasons: Reasons, totals: Float64Array): Removal[] {
  return [...reasons.keys()]
    .sort((a, b) => a - b)
    .map((i) => ({ id: ids[i]!, reason: reasons.get(i)!, reads: totals[i]! }));
}

function nothingLeft(table: FeatureTable, samples: readonly Removal[], features: readonly Removal[]): Error {
  const tally = (removed: readonly Removal[]): string =>
    [...new Set(removed.map(({ reason }) => reason))]
      .map((reason) => `${removed.filter((one) => one.reason === reason).length} ${reason}`)
      .join(', ') || 'none';
  return dataError(
    'TABLE_EMPTY',
    `filterTable: nothing is left of ${counted(table.sampleCount, 'sample')} and ${counted(table.featureCount, 'feature')} ` +
      `(samples removed: ${tally(samples)}; features removed: ${tally(features)}). Loosen the conditions.`,
  );
}

function requireOptions({
  minimumReads,
  minimumSamples,
  minimumPrevalence,
  minimumFeatureReads,
}: FilterTableOptions): void {
  const asked = 'filterTable';
  if (minimumSamples !== undefined) requireInteger(asked, 'minimumSamples', minimumSamples, { minimum: 1 });
  const numbers = { minimumReads, minimumFeatureReads, minimumPrevalence };
  for (const [option, value] of Object.entries(numbers)) {
    const most = option === 'minimumPrevalence' ? 1 : Number.MAX_VALUE;
    if (value === undefined || (value >= 0 && value <= most)) continue;
    const range = most === 1 ? 'from 0 to 1' : 'of at least 0';
    throw dataError('OPTION_INVALID', `${asked}: ${option} is ${value}. Give a number ${range}.`, {
      details: { option, value },
    });
  }
}
