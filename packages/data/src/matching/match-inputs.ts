// Intersects a feature table with everything that must cover it, once, and keeps book. Knows ids only, not what the
// other inputs are made of.
import { dataError } from '../errors.js';
import { isDna } from '../sequences/nucleotides.js';
import type { FeatureTable } from '../table/feature-table.js';
import { featureTotals, sampleTotals } from '../table/sample-totals.js';
import { selectColumns } from '../table/select-features.js';
import { selectRows } from '../table/select-samples.js';
import { counted, firstFew } from '../text/quoted.js';
import { describeMatch } from './describe-match.js';
import type { Absence, MatchReport } from './match-report.js';
import { likelyMismatch, mismatchHint } from './mismatch-hint.js';

/** A table, and the ids of what must cover it. */
export interface MatchableInputs {
  /** The table to be covered. */
  readonly table: FeatureTable;
  /** Samples that have metadata. Default: metadata are not needed. */
  readonly metadataSampleIds?: Iterable<string> | undefined;
  /**
   * Features that have a sequence, usually the ids of a FASTA; an id that is DNA itself has one anyway. Default:
   * sequences are not needed.
   */
  readonly sequenceIds?: Iterable<string> | undefined;
  /** Names of the tips of a tree. Default: no tree is needed. */
  readonly tipNames?: Iterable<string> | undefined;
  /** Samples that have a value of the target, as `samplesWithValues` gives them. Default: no target is needed. */
  readonly targetSampleIds?: Iterable<string> | undefined;
  /** Samples of a distance matrix. Default: no matrix is needed. */
  readonly matrixSampleIds?: Iterable<string> | undefined;
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
  const { missing = 'error', rarefactionDepth } = options;
  const covers = coversOf(inputs);
  requireOverlap(table, covers);
  const ofSamples = [covers.metadata, covers.target, covers.matrix].filter((cover) => cover !== undefined);
  const keptSamples = indicesWhere(table.sampleIds, (id) => ofSamples.every((cover) => cover.has(id)));
  const keptFeatures = indicesWhere(
    table.featureIds,
    (id) => (covers.sequences === undefined || hasSequence(covers.sequences, id)) && (covers.tips?.has(id) ?? true),
  );
  if (keptSamples.length === 0) throw noSampleLeft(table);
  if (keptFeatures.length === 0) throw nothingLeft(table);
  const matched = subTable(table, keptSamples, keptFeatures);
  const report = reportOf(table, matched, covers, rarefactionDepth);
  if (missing === 'error' && matched !== table) {
    throw dataError(
      'INPUTS_DO_NOT_MATCH',
      `The inputs do not cover the table.\n${describeMatch(report)}\n${partialMismatch(table, covers)}` +
        'Give inputs that belong together, or leave out what is missing (missing: "drop").',
      { details: { report } },
    );
  }
  return { table: matched, report };
}

/** Why some ids of the table are in no other input, as far as the ids show it; a line, or nothing. */
function partialMismatch({ sampleIds, featureIds }: FeatureTable, covers: Covers): string {
  const pairs = [
    { ids: featureIds, otherAxis: sampleIds, cover: covers.tips },
    { ids: sampleIds, otherAxis: featureIds, cover: covers.metadata },
    { ids: sampleIds, otherAxis: featureIds, cover: covers.matrix },
  ];
  for (const { ids, otherAxis, cover } of pairs) {
    const known = new Set(ids);
    const missing = ids.filter((id) => cover?.has(id) === false);
    if (cover === undefined || missing.length === 0) continue;
    // Only ids that found no partner can be other spellings of them.
    const unmatched = new Set([...cover].filter((id) => !known.has(id)));
    const reason = likelyMismatch({ ids: missing, otherAxis, cover: unmatched });
    if (reason !== undefined) return `${reason}\n`;
  }
  return '';
}

interface Covers {
  readonly metadata: ReadonlySet<string> | undefined;
  readonly sequences: ReadonlySet<string> | undefined;
  readonly tips: ReadonlySet<string> | undefined;
  readonly target: ReadonlySet<string> | undefined;
  readonly matrix: ReadonlySet<string> | undefined;
}

function coversOf(inputs: MatchableInputs): Covers {
  const { metadataSampleIds, sequenceIds, tipNames, targetSampleIds, matrixSampleIds } = inputs;
  return {
    target: targetSampleIds && new Set(targetSampleIds),
    matrix: matrixSampleIds && new Set(matrixSampleIds),
    metadata: metadataSampleIds && new Set(metadataSampleIds),
    sequences: sequenceIds && new Set(sequenceIds),
    tips: tipNames && new Set(tipNames),
  };
}

const hasSequence = (sequences: ReadonlySet<string>, id: string): boolean => sequences.has(id) || isDna(id);

function indicesWhere(ids: readonly string[], holds: (id: string) => boolean): number[] {
  return ids.flatMap((id, index) => (holds(id) ? [index] : []));
}

function noSampleLeft({ sampleCount }: FeatureTable): Error {
  return dataError(
    'NO_OVERLAP',
    `None of the ${counted(sampleCount, 'sample')} of the table is in everything else that is needed of samples ` +
      '(metadata, target, distance matrix). Give inputs of one study, and a target that its samples have.',
  );
}

function nothingLeft({ featureCount }: FeatureTable): Error {
  return dataError(
    'NO_OVERLAP',
    `None of the ${counted(featureCount, 'feature')} of the table has both a sequence and a tip in the tree. ` +
      'Give sequences and a tree that were made from this table.',
  );
}

function requireOverlap({ sampleIds, featureIds }: FeatureTable, covers: Covers): void {
  const { metadata, matrix, target, sequences, tips } = covers;
  const ofSamples = [
    [metadata, 'in the metadata'],
    [matrix, 'in the distance matrix'],
    [target, 'one with a target'],
  ] as const;
  for (const [cover, where] of ofSamples) {
    if (cover === undefined || sampleIds.some((id) => cover.has(id))) continue;
    throw noOverlap({ axis: 'sample', ids: sampleIds, otherAxis: featureIds, cover, where });
  }
  if (sequences !== undefined && !featureIds.some((id) => hasSequence(sequences, id))) {
    const where = 'DNA, or among the sequences';
    throw noOverlap({ axis: 'feature', ids: featureIds, otherAxis: sampleIds, cover: sequences, where });
  }
  if (tips !== undefined && !featureIds.some((id) => tips.has(id))) {
    throw noOverlap({
      axis: 'feature',
      ids: featureIds,
      otherAxis: sampleIds,
      cover: tips,
      where: 'a tip of the tree',
    });
  }
}

interface Disjoint {
  readonly axis: 'sample' | 'feature';
  readonly ids: readonly string[];
  /** Ids of the other axis of the table. */
  readonly otherAxis: readonly string[];
  readonly cover: ReadonlySet<string>;
  /** Completes "is ...". */
  readonly where: string;
}

function noOverlap({ axis, ids, otherAxis, cover, where }: Disjoint): Error {
  const inTable = firstFew(ids);
  const there = cover.size === 0 ? 'nothing' : firstFew([...cover].slice(0, 4));
  return dataError(
    'NO_OVERLAP',
    `None of the ${counted(ids.length, axis)} of the table is ${where} (table: ${inTable}; there: ${there}). ` +
      mismatchHint({ ids, otherAxis, cover }),
    { details: { axis, inTable: ids.slice(0, 3), there: [...cover].slice(0, 3) } },
  );
}

function subTable(table: FeatureTable, samples: readonly number[], features: readonly number[]): FeatureTable {
  const ofSamples = samples.length === table.sampleCount ? table : selectRows(table, samples);
  return features.length === table.featureCount ? ofSamples : selectColumns(ofSamples, features);
}

const none: Absence = { count: 0, first: [], reads: 0 };

function reportOf(
  table: FeatureTable,
  matched: FeatureTable,
  { metadata, sequences, tips, target, matrix }: Covers,
  rarefactionDepth: number | undefined,
): MatchReport {
  const ofSamples = sampleTotals(table);
  const ofFeatures = featureTotals(table);
  const keptTotals = sampleTotals(matched);
  const keptDepth = rarefactionDepth ?? 1;
  const lacking = (
    ids: readonly string[],
    totals: Float64Array,
    lacks: (id: string, index: number) => boolean,
  ): Absence => absenceOf(ids, lacks, (index) => totals[index]!);
  const samplesLacking = (cover: ReadonlySet<string> | undefined): Absence =>
    cover ? lacking(table.sampleIds, ofSamples, (id) => !cover.has(id)) : none;
  const onlyIn = (cover: ReadonlySet<string> | undefined): Absence =>
    cover ? absenceOf([...cover], (id) => table.sampleIndex(id) === undefined) : none;
  return {
    samples: {
      inTable: table.sampleCount,
      kept: matched.sampleCount,
      withoutMetadata: samplesLacking(metadata),
      onlyInMetadata: onlyIn(metadata),
      withoutTarget: samplesLacking(target),
      withoutDistances: samplesLacking(matrix),
      onlyInMatrix: onlyIn(matrix),
      belowDepth: lacking(matched.sampleIds, keptTotals, (_, row) => keptTotals[row]! < keptDepth),
    },
    features: {
      inTable: table.featureCount,
      kept: matched.featureCount,
      withoutSequence: sequences ? lacking(table.featureIds, ofFeatures, (id) => !hasSequence(sequences, id)) : none,
      withoutTip: tips ? lacking(table.featureIds, ofFeatures, (id) => !tips.has(id)) : none,
      onlyInTree: tips ? absenceOf([...tips], (id) => table.featureIndex(id) === undefined) : none,
    },
    reads: { inTable: sum(ofSamples), kept: sum(keptTotals) },
    rarefactionDepth,
  };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

function absenceOf(
  ids: readonly string[],
  lacks: (id: string, index: number) => boolean,
  readsOf: (index: number) => number = () => 0,
): Absence {
  const first: string[] = [];
  let count = 0;
  let reads = 0;
  for (const [index, id] of ids.entries()) {
    if (!lacks(id, index)) continue;
    if (count < 3) first.push(id);
    count += 1;
    reads += readsOf(index);
  }
  return { count, first, reads };
}
