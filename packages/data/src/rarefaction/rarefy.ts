// Rarefies samples of a feature table, each by draws of its own. Knows no sequences and no batches.
import type { Retention } from '../matching/match-report.js';
import { requireInteger, requireSeed } from '../require-integer.js';
import { requireOneOf } from '../require-one-of.js';
import type { FeatureTable } from '../table/feature-table.js';
import { selectRows } from '../table/select-samples.js';
import { type RowDraws, rarefiedRows } from './rarefied-rows.js';
import { requireWholeReads } from './require-whole-reads.js';
import { nothingLeft, type SampleBelowDepth, samplesBelow } from './samples-below.js';

/** What happens to a sample with fewer reads than the rarefaction depth: left out, or taken with all its reads. */
export type BelowDepth = 'drop' | 'keep';

/** Options of {@link rarefy}. */
export interface RarefyOptions {
  /** Reads to keep of each sample; a whole number above zero. */
  readonly depth: number;
  /** Whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Draws of another epoch are independent of these; a whole number from 0 to 2^32 - 1. Default: 0. */
  readonly epoch?: number;
  /** What happens to samples with fewer reads than `depth`. Default: `drop`. */
  readonly belowDepth?: BelowDepth;
  /** Whether a read may be drawn more than once, as if the specimen were sequenced again. Default: false. */
  readonly withReplacement?: boolean | undefined;
}

/** A rarefied table, and what it could not do. */
export interface RarefiedTable {
  /** All features stay, also those without reads now. */
  readonly table: FeatureTable;
  /** Samples with fewer reads than the depth, in the order of the table: left out, or kept with all their reads. */
  readonly belowDepth: readonly SampleBelowDepth[];
  /** Samples before and after. */
  readonly samples: Retention;
  /** Features with reads before and after. */
  readonly features: Retention;
  /** Reads before and after. */
  readonly reads: Retention;
}

/**
 * Draws `depth` reads of every sample: without replacement, every set of reads being equally likely, or with replacement, in
 * proportion to the counts.
 *
 * What is drawn of a sample depends on its counts, its id, the seed and the epoch, and on no other sample; a sample
 * with exactly `depth` reads stays as it is, unless reads are put back.
 *
 * @throws SeqError `COUNTS_NOT_INTEGER` naming sample and feature, `TABLE_COUNT_INVALID`, `RAREFACTION_LEAVES_NOTHING`, `OPTION_INVALID`
 * @remarks A sample with fewer reads than `depth` is below the depth also with replacement, as in biom-format: more reads than
 *   there are would say less than they seem to. Unlike biom-format and the reference, which draw all samples from one generator and so give a sample other
 *   reads when the table around it changes; `referenceRarefy` repeats theirs.
 */
export function rarefy(table: FeatureTable, options: RarefyOptions): RarefiedTable {
  const { chosen, belowDepth, draws } = prepareRarefaction('rarefy', table, options);
  return reportRarefaction(table, rarefiedRows(chosen, draws), belowDepth);
}

/** What is to be drawn, once everything has been checked. */
export interface PreparedRarefaction {
  /** The samples to draw from. */
  readonly chosen: FeatureTable;
  readonly belowDepth: readonly SampleBelowDepth[];
  readonly draws: RowDraws;
}

/** Checks options and counts, and leaves out samples that are not to be drawn from. */
export function prepareRarefaction(asked: string, table: FeatureTable, options: RarefyOptions): PreparedRarefaction {
  const { depth, seed, epoch = 0, belowDepth = 'drop', withReplacement = false } = options;
  requireOneOf(asked, 'belowDepth', belowDepth, ['drop', 'keep'] satisfies BelowDepth[]);
  requireInteger(asked, 'depth', depth, { minimum: 1 });
  requireSeed(asked, seed);
  requireInteger(asked, 'epoch', epoch, { minimum: 0, maximum: 2 ** 32 - 1 });
  const allRows = Uint32Array.from({ length: table.sampleCount }, (_, row) => row);
  requireWholeReads(asked, table, allRows);
  const below = samplesBelow(table, allRows, depth);
  const tooSmall = new Set(below.map(({ sampleId }) => sampleId));
  const kept = belowDepth === 'keep' ? allRows : allRows.filter((row) => !tooSmall.has(table.sampleIds[row]!));
  if (kept.length === 0) throw nothingLeft(asked, depth, below);
  return { chosen: selectRows(table, kept), belowDepth: below, draws: { depth, seed, epoch, withReplacement } };
}

/** The rarefied table with what it cost. */
export function reportRarefaction(
  table: FeatureTable,
  rarefied: FeatureTable,
  belowDepth: readonly SampleBelowDepth[],
): RarefiedTable {
  return {
    table: rarefied,
    belowDepth,
    samples: { inTable: table.sampleCount, kept: rarefied.sampleCount },
    features: { inTable: featuresWithReads(table), kept: featuresWithReads(rarefied) },
    reads: { inTable: readsIn(table), kept: readsIn(rarefied) },
  };
}

const readsIn = ({ counts }: FeatureTable): number => counts.reduce((sum, count) => sum + count, 0);

function featuresWithReads({ featureCount, featureIndices }: FeatureTable): number {
  const isSeen = new Uint8Array(featureCount);
  for (const feature of featureIndices) isSeen[feature] = 1;
  return isSeen.reduce((sum, seen) => sum + seen, 0);
}
