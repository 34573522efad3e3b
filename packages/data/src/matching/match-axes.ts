// Compares the ids of a feature table with everything that must cover it, and reports. Knows ids and totals only, not
// where counts are and what the other inputs are made of.
import { dataError } from '../errors.js';
import { isDna } from '../sequences/nucleotides.js';
import { counted, firstFew } from '../text/quoted.js';
import { describeMatchNaming } from './describe-match.js';
import { Coverage, coverOf, placesCoveredByAll } from './id-cover.js';
import type { CoveringIds } from './match-inputs.js';
import type { Absence, MatchReport } from './match-report.js';
import { likelyMismatch, mismatchHint } from './mismatch-hint.js';

/** The names in a table. */
export interface TableAxes {
  readonly sampleIds: readonly string[];
  readonly featureIds: readonly string[];
}

/** Places of what is kept of a table, ascending. */
export interface KeptAxes {
  readonly samples: readonly number[];
  readonly features: readonly number[];
}

/** @throws SeqError `NO_OVERLAP` */
export function matchAxes(axes: TableAxes, coverages: Coverages): KeptAxes {
  const { metadata, target, matrix, sequences, tips } = coverages;
  requireOverlap(axes, coverages);
  const samples = placesCoveredByAll(axes.sampleIds, [metadata, target, matrix]);
  const features = placesCoveredByAll(axes.featureIds, [sequences, tips]);
  if (samples.length === 0) throw noSampleLeft(axes);
  if (features.length === 0) throw nothingLeft(axes);
  return { samples, features };
}

/** @throws SeqError `INPUTS_DO_NOT_MATCH` if something is left out and may not be */
export function refuseMissing(
  axes: TableAxes,
  {
    report,
    coverages,
    missing = 'error',
  }: { readonly report: MatchReport; readonly coverages: Coverages; readonly missing?: 'error' | 'drop' | undefined },
): void {
  const isWhole = [report.samples, report.features].every(({ inTable, kept }) => inTable === kept);
  if (missing === 'drop' || isWhole) return;
  throw dataError(
    'INPUTS_DO_NOT_MATCH',
    `The inputs do not cover the table.\n${describeMatchNaming(report, named.lacking)}\n${partialMismatch(axes, coverages)}` +
      'Give inputs that belong together, or leave out what is missing (missing: "drop").',
    { details: { report } },
  );
}

/** Why some ids of the table are in no other input, as far as the ids show it; a line, or nothing. */
function partialMismatch({ sampleIds, featureIds }: TableAxes, { tips, metadata, matrix }: Coverages): string {
  for (const coverage of [tips, metadata, matrix]) {
    if (coverage === undefined || coverage.coveredCount === coverage.ids.length) continue;
    const { ids, has } = coverage;
    // Only ids that found no partner can be other spellings of them.
    const cover = new Set(coverage.firstOthers(Number.POSITIVE_INFINITY));
    const otherAxis = ids === featureIds ? sampleIds : featureIds;
    const reason = likelyMismatch({ ids: ids.filter((_, at) => has[at] === 0), otherAxis, cover });
    if (reason !== undefined) return `${reason}\n`;
  }
  return '';
}

/** What covers the samples and the features of a table, as far as it is needed. */
export interface Coverages {
  readonly metadata: Coverage | undefined;
  readonly sequences: Coverage | undefined;
  readonly tips: Coverage | undefined;
  readonly target: Coverage | undefined;
  readonly matrix: Coverage | undefined;
}

/** What the given ids cover of a table. */
export function coveragesOf({ sampleIds, featureIds }: TableAxes, inputs: CoveringIds): Coverages {
  const { metadataSampleIds, sequenceIds, tipNames, targetSampleIds, matrixSampleIds } = inputs;
  return {
    target: targetSampleIds && new Coverage(coverOf(targetSampleIds), sampleIds),
    matrix: matrixSampleIds && new Coverage(coverOf(matrixSampleIds), sampleIds),
    metadata: metadataSampleIds && new Coverage(coverOf(metadataSampleIds), sampleIds),
    // An id that is DNA is its own sequence.
    sequences: sequenceIds && new Coverage(coverOf(sequenceIds), featureIds, isDna),
    tips: tipNames && new Coverage(coverOf(tipNames), featureIds),
  };
}

function noSampleLeft({ sampleIds }: TableAxes): Error {
  return dataError(
    'NO_OVERLAP',
    `None of the ${counted(sampleIds.length, 'sample')} of the table is in everything else that is needed of samples ` +
      '(metadata, target, distance matrix). Give inputs of one study, and a target that its samples have.',
  );
}

function nothingLeft({ featureIds }: TableAxes): Error {
  return dataError(
    'NO_OVERLAP',
    `None of the ${counted(featureIds.length, 'feature')} of the table has both a sequence and a tip in the tree. ` +
      'Give sequences and a tree that were made from this table.',
  );
}

function requireOverlap({ sampleIds, featureIds }: TableAxes, coverages: Coverages): void {
  const { metadata, matrix, target, sequences, tips } = coverages;
  const required = [
    ['sample', metadata, 'in the metadata'],
    ['sample', matrix, 'in the distance matrix'],
    ['sample', target, 'one with a target'],
    ['feature', sequences, 'DNA, or among the sequences'],
    ['feature', tips, 'a tip of the tree'],
  ] as const;
  for (const [axis, coverage, where] of required) {
    if (coverage === undefined || coverage.coveredCount > 0) continue;
    const otherAxis = axis === 'sample' ? featureIds : sampleIds;
    throw noOverlap({ axis, ids: coverage.ids, otherAxis, cover: new Set(coverage.cover.all()), where });
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

const none: Absence = { count: 0, first: [], reads: 0 };

/** Reads of a table, as far as a report needs them. */
export interface MatchTotals {
  /** Of each sample of the table. */
  readonly samples: Float64Array;
  /** Of each feature of the table; only those that are left out need to be there. */
  readonly features: Float64Array;
  /** Of each sample that is kept, in features that are kept. */
  readonly kept: Float64Array;
}

/** The report on a table and the part of it that is kept. */
export function reportOf(
  { sampleIds, featureIds }: TableAxes,
  {
    samples,
    features,
    totals,
    coverages: { metadata, sequences, tips, target, matrix },
    rarefactionDepth,
  }: KeptAxes & {
    readonly totals: MatchTotals;
    readonly coverages: Coverages;
    readonly rarefactionDepth: number | undefined;
  },
): MatchReport {
  const keptDepth = rarefactionDepth ?? 1;
  const keptIds = samples.map((row) => sampleIds[row]!);
  return {
    samples: {
      inTable: sampleIds.length,
      kept: samples.length,
      withoutMetadata: lackingOf(metadata, totals.samples),
      onlyInMetadata: othersOf(metadata),
      withoutTarget: lackingOf(target, totals.samples),
      withoutDistances: lackingOf(matrix, totals.samples),
      onlyInMatrix: othersOf(matrix),
      belowDepth: absenceOf(keptIds, (place) => totals.kept[place]! < keptDepth, totals.kept),
    },
    features: {
      inTable: featureIds.length,
      kept: features.length,
      withoutSequence: lackingOf(sequences, totals.features),
      onlyInSequences: othersOf(sequences),
      withoutTip: lackingOf(tips, totals.features),
      onlyInTree: othersOf(tips),
    },
    reads: { inTable: sum(totals.samples), kept: sum(totals.kept) },
    rarefactionDepth,
  };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/** Ids that are kept of those that something lacks, and of those that only something else has. */
const named = { lacking: 10, others: 3 };

/** Ids that something lacks, with their reads. */
function lackingOf(coverage: Coverage | undefined, reads: Float64Array): Absence {
  if (coverage === undefined || coverage.coveredCount === coverage.ids.length) return none;
  return absenceOf(coverage.ids, (at) => coverage.has[at] === 0, reads);
}

/** Ids that something has and the table lacks. */
function othersOf(coverage: Coverage | undefined): Absence {
  if (coverage === undefined) return none;
  return { count: coverage.otherCount, first: coverage.firstOthers(named.others), reads: 0 };
}

function absenceOf(ids: readonly string[], lacks: (at: number) => boolean, readsOf: Float64Array): Absence {
  const first: string[] = [];
  let [count, reads] = [0, 0];
  for (let at = 0; at < ids.length; at++) {
    if (!lacks(at)) continue;
    if (count < named.lacking) first.push(ids[at]!);
    count += 1;
    reads += readsOf[at]!;
  }
  return { count, first, reads };
}
