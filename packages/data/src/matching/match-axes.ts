// Compares the ids of a feature table with everything that must cover it, and reports. Knows ids and totals only, not
// where counts are and what the other inputs are made of.
import { dataError } from '../errors.js';
import { isDna } from '../sequences/nucleotides.js';
import { counted, firstFew } from '../text/quoted.js';
import { describeMatch } from './describe-match.js';
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
export function matchAxes(axes: TableAxes, covers: Covers): KeptAxes {
  requireOverlap(axes, covers);
  const ofSamples = [covers.metadata, covers.target, covers.matrix].filter((cover) => cover !== undefined);
  const samples = indicesWhere(axes.sampleIds, (id) => ofSamples.every((cover) => cover.has(id)));
  const features = indicesWhere(
    axes.featureIds,
    (id) => (covers.sequences === undefined || hasSequence(covers.sequences, id)) && (covers.tips?.has(id) ?? true),
  );
  if (samples.length === 0) throw noSampleLeft(axes);
  if (features.length === 0) throw nothingLeft(axes);
  return { samples, features };
}

/** @throws SeqError `INPUTS_DO_NOT_MATCH` if something is left out and may not be */
export function refuseMissing(
  axes: TableAxes,
  {
    report,
    covers,
    missing = 'error',
  }: { readonly report: MatchReport; readonly covers: Covers; readonly missing?: 'error' | 'drop' | undefined },
): void {
  const isWhole = [report.samples, report.features].every(({ inTable, kept }) => inTable === kept);
  if (missing === 'drop' || isWhole) return;
  throw dataError(
    'INPUTS_DO_NOT_MATCH',
    `The inputs do not cover the table.\n${describeMatch(report)}\n${partialMismatch(axes, covers)}` +
      'Give inputs that belong together, or leave out what is missing (missing: "drop").',
    { details: { report } },
  );
}

/** Why some ids of the table are in no other input, as far as the ids show it; a line, or nothing. */
function partialMismatch({ sampleIds, featureIds }: TableAxes, covers: Covers): string {
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

/** What covers a table, as far as it is needed. */
export interface Covers {
  readonly metadata: ReadonlySet<string> | undefined;
  readonly sequences: ReadonlySet<string> | undefined;
  readonly tips: ReadonlySet<string> | undefined;
  readonly target: ReadonlySet<string> | undefined;
  readonly matrix: ReadonlySet<string> | undefined;
}

/** Ids as sets. */
export function coversOf(inputs: CoveringIds): Covers {
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

function requireOverlap({ sampleIds, featureIds }: TableAxes, covers: Covers): void {
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
    covers: { metadata, sequences, tips, target, matrix },
    rarefactionDepth,
  }: KeptAxes & {
    readonly totals: MatchTotals;
    readonly covers: Covers;
    readonly rarefactionDepth: number | undefined;
  },
): MatchReport {
  const keptDepth = rarefactionDepth ?? 1;
  const keptIds = samples.map((row) => sampleIds[row]!);
  const samplesLacking = (cover: ReadonlySet<string> | undefined): Absence =>
    cover
      ? absenceOf(
          sampleIds,
          (id) => !cover.has(id),
          (row) => totals.samples[row]!,
        )
      : none;
  const featuresWhere = (lacks: (id: string) => boolean): Absence =>
    absenceOf(featureIds, lacks, (feature) => totals.features[feature]!);
  const onlyIn = (cover: ReadonlySet<string> | undefined, ids: readonly string[]): Absence => {
    if (cover === undefined) return none;
    const names = new Set(ids);
    return absenceOf([...cover], (id) => !names.has(id));
  };
  return {
    samples: {
      inTable: sampleIds.length,
      kept: samples.length,
      withoutMetadata: samplesLacking(metadata),
      onlyInMetadata: onlyIn(metadata, sampleIds),
      withoutTarget: samplesLacking(target),
      withoutDistances: samplesLacking(matrix),
      onlyInMatrix: onlyIn(matrix, sampleIds),
      belowDepth: absenceOf(
        keptIds,
        (_, place) => totals.kept[place]! < keptDepth,
        (place) => totals.kept[place]!,
      ),
    },
    features: {
      inTable: featureIds.length,
      kept: features.length,
      withoutSequence: sequences ? featuresWhere((id) => !hasSequence(sequences, id)) : none,
      onlyInSequences: onlyIn(sequences, featureIds),
      withoutTip: tips ? featuresWhere((id) => !tips.has(id)) : none,
      onlyInTree: onlyIn(tips, featureIds),
    },
    reads: { inTable: sum(totals.samples), kept: sum(totals.kept) },
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
