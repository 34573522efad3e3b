// Intersects a feature table in memory with everything that must cover it, once, and keeps book.
import type { FeatureTable } from '../table/feature-table.js';
import { featureTotals, sampleTotals } from '../table/sample-totals.js';
import { selectColumns } from '../table/select-features.js';
import { selectRows } from '../table/select-samples.js';
import type { IdCover } from './id-cover.js';
import { coveragesOf, matchAxes, refuseMissing, reportOf } from './match-axes.js';
import type { MatchReport } from './match-report.js';

/** The ids of what must cover a table. */
export interface CoveringIds {
  /** Samples that have metadata. Default: metadata are not needed. */
  readonly metadataSampleIds?: Iterable<string> | undefined;
  /**
   * Features that have a sequence, usually the ids of a FASTA; an id that is DNA itself has one anyway. Default:
   * sequences are not needed.
   */
  readonly sequenceIds?: Iterable<string> | undefined;
  /** Names of the tips of a tree, or what knows them. Default: no tree is needed. */
  readonly tipNames?: Iterable<string> | IdCover | undefined;
  /** Samples that have a value of the target, as `samplesWithValues` gives them. Default: no target is needed. */
  readonly targetSampleIds?: Iterable<string> | undefined;
  /** Samples of a distance matrix. Default: no matrix is needed. */
  readonly matrixSampleIds?: Iterable<string> | undefined;
}

/** A table, and the ids of what must cover it. */
export interface MatchableInputs extends CoveringIds {
  /** The table to be covered. */
  readonly table: FeatureTable;
}

/** Options of {@link matchInputs}. */
export interface MatchInputsOptions {
  /** What to do with samples and features that something lacks: refuse them, or leave them out. Default `error`. */
  readonly missing?: 'error' | 'drop' | undefined;
  /** Reads per sample to hold the samples against; the report names those below. Default: 1. */
  readonly rarefactionDepth?: number | undefined;
}

/** A table that everything else covers, and how it came about. */
export interface MatchedInputs {
  /** The given table without what something lacks, in its own order. */
  readonly table: FeatureTable;
  /** What was in it, what was kept, and what is missing where. */
  readonly report: MatchReport;
}

/**
 * The part of a table that metadata, target, distances, sequences and tree cover, as far as they are given.
 *
 * @throws SeqError `NO_OVERLAP` if two inputs have no id in common, with a guess at the reason; `INPUTS_DO_NOT_MATCH` under
 *   `missing: 'error'` if anything is missing, with the whole report in `details.report`.
 * @remarks More metadata, distances or tips than the table needs is no error. Samples below the depth are reported, not removed.
 */
export function matchInputs(inputs: MatchableInputs, options: MatchInputsOptions = {}): MatchedInputs {
  const { table } = inputs;
  const coverages = coveragesOf(table, inputs);
  const { samples, features } = matchAxes(table, coverages);
  const matched = subTable(table, samples, features);
  const ofSamples = sampleTotals(table);
  const totals = {
    samples: ofSamples,
    features: features.length === table.featureCount ? new Float64Array(0) : featureTotals(table),
    kept: matched === table ? ofSamples : sampleTotals(matched),
  };
  const report = reportOf(table, { samples, features, totals, coverages, rarefactionDepth: options.rarefactionDepth });
  refuseMissing(table, { report, coverages, missing: options.missing });
  return { table: matched, report };
}

function subTable(table: FeatureTable, samples: readonly number[], features: readonly number[]): FeatureTable {
  const ofSamples = samples.length === table.sampleCount ? table : selectRows(table, samples);
  return features.length === table.featureCount ? ofSamples : selectColumns(ofSamples, features);
}
