// Finds the DNA of every feature of a table: in its id, or in a FASTA file by id.
import { dataError } from '../errors.js';
import type { Absence } from '../matching/match-report.js';
import type { FeatureTable } from '../table/feature-table.js';
import { featureTotals } from '../table/sample-totals.js';
import { selectColumns } from '../table/select-features.js';
import { counted, firstFew } from '../text/quoted.js';
import { canonicalDna, isDna } from './nucleotides.js';

/** Options of {@link resolveSequences}. */
export interface ResolveSequencesOptions {
  /** Sequences by feature id, as `readFasta` gives them. Default: none, so that ids must be DNA themselves. */
  readonly fasta?: ReadonlyMap<string, string> | undefined;
  /** What to do with features without a sequence: refuse them, or leave them out. Default `error`. */
  readonly missing?: 'error' | 'drop' | undefined;
}

/** What was found out about the sequences of a table. */
export interface SequenceReport {
  /** Features whose sequence came from the FASTA. */
  readonly fromFasta: number;
  /** Features whose id is their sequence. */
  readonly fromIds: number;
  /** Features that were left out. */
  readonly dropped: Absence;
  /** Kept features whose sequence another kept feature has, too. */
  readonly repeated: number;
  /** Bases of the shortest kept sequence. */
  readonly shortest: number;
  /** Bases of the longest kept sequence. */
  readonly longest: number;
}

/** A table in which every feature has a sequence. */
export interface SequencedTable {
  /** The table, without dropped features. */
  readonly table: FeatureTable;
  /** Sequence of each feature of the table, M texts in capital letters with T for U. */
  readonly sequences: readonly string[];
  /** Where the sequences came from, and what was left out. */
  readonly report: SequenceReport;
}

/**
 * The sequence of every feature: from the FASTA if it has the id, else from the id itself if that is DNA.
 *
 * @throws SeqError `SEQUENCES_MISSING` naming the first features without one, and how many reads they carry; under `drop` only
 *   if none is left.
 */
export function resolveSequences(table: FeatureTable, options: ResolveSequencesOptions = {}): SequencedTable {
  const { fasta, missing = 'error' } = options;
  const found = sequencesById(table.featureIds, fasta);
  const kept = [...found.keys()].filter((feature) => found[feature] !== undefined);
  const dropped = droppedFeatures(table, found);
  if (kept.length === 0 || (dropped.count > 0 && missing === 'error'))
    throw missingError(table.featureCount, dropped, fasta);
  const sequences = kept.map((feature) => canonicalDna(found[feature]!));
  const fromFasta = kept.filter((feature) => fasta?.has(table.featureIds[feature]!)).length;
  const lengths = sequences.map(({ length }) => length);
  return {
    table: dropped.count === 0 ? table : selectColumns(table, kept),
    sequences,
    report: {
      fromFasta,
      fromIds: kept.length - fromFasta,
      dropped,
      repeated: sequences.length - new Set(sequences).size,
      shortest: lengths.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY),
      longest: lengths.reduce((most, length) => Math.max(most, length), 0),
    },
  };
}

/**
 * The sequence of every feature, as `resolveSequences` finds it, in capital letters with T for U.
 *
 * @throws SeqError `SEQUENCES_MISSING` naming the first features without one.
 */
export function sequencesOfFeatures(
  featureIds: readonly string[],
  { fasta }: Pick<ResolveSequencesOptions, 'fasta'> = {},
): readonly string[] {
  const found = sequencesById(featureIds, fasta);
  const missing = featureIds.filter((_, feature) => found[feature] === undefined);
  if (missing.length > 0) {
    const dropped = { count: missing.length, first: missing.slice(0, 3), reads: undefined };
    throw missingError(featureIds.length, dropped, fasta);
  }
  return found.map((sequence) => canonicalDna(sequence!));
}

function sequencesById(
  featureIds: readonly string[],
  fasta: ReadonlyMap<string, string> | undefined,
): readonly (string | undefined)[] {
  return featureIds.map((id) => fasta?.get(id) ?? (isDna(id) ? id : undefined));
}

function droppedFeatures(table: FeatureTable, found: readonly (string | undefined)[]): Absence {
  const without = [...found.keys()].filter((feature) => found[feature] === undefined);
  const totals = without.length === 0 ? [] : featureTotals(table);
  return {
    count: without.length,
    first: without.slice(0, 3).map((feature) => table.featureIds[feature]!),
    reads: without.reduce((sum, feature) => sum + totals[feature]!, 0),
  };
}

function missingError(
  featureCount: number,
  { count, first, reads }: Omit<Absence, 'reads'> & { readonly reads: number | undefined },
  fasta: ReadonlyMap<string, string> | undefined,
): Error {
  const where = fasta === undefined ? 'are no DNA, and no FASTA was given' : 'are neither in the FASTA nor DNA';
  const advice =
    fasta === undefined
      ? 'Give the FASTA with the sequences of these ids (QIIME 2 calls them representative sequences).'
      : `The FASTA has ${counted(fasta.size, 'sequence')} (first: ${firstFew([...fasta.keys()].slice(0, 1))}). ` +
        'Use the one that belongs to the table, or drop these features.';
  return dataError(
    'SEQUENCES_MISSING',
    `The ids of ${count} of ${counted(featureCount, 'feature')} ${where} (first: ${firstFew(first)}` +
      `${reads === undefined ? '' : `; ${counted(reads, 'read')}`}). ${advice}`,
    { details: { count, first, reads } },
  );
}
