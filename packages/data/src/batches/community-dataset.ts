// A feature table made ready for batches: samples chosen, counts checked, sequences tokenised. Knows no metadata and no tensors.
import type { Augmentation } from '../augmentation/augment.js';
import { dataError } from '../errors.js';
import { type RowDraws, rarefiedRows } from '../rarefaction/rarefied-rows.js';
import type { BelowDepth } from '../rarefaction/rarefy.js';
import { requireWholeReads } from '../rarefaction/require-whole-reads.js';
import { nothingLeft, type SampleBelowDepth, samplesBelow } from '../rarefaction/samples-below.js';
import { requireInteger, requireSeed } from '../require-integer.js';
import { requireOneOf } from '../require-one-of.js';
import type { FeatureTable } from '../table/feature-table.js';
import { rowsOfSamples, selectRows } from '../table/select-samples.js';
import { type PackedTokens, packTokens } from './packed-tokens.js';
import {
  type PackedSampleColumns,
  packSampleColumns,
  pickSampleColumns,
  type SampleColumns,
} from './sample-columns.js';

/**
 * Which ASVs of a sample with more than `maxAsvsPerSample` enter a batch: the most abundant; the first of the table; random
 * ones, each equally likely; or `weighted` ones, drawn one after the other with chances in proportion to their reads.
 */
export type AsvChoice = 'abundance' | 'first' | 'random' | 'weighted';

/** Order of a sample's ASVs in a batch: by reads, most first, ties by sequence; or as in the table. */
export type SlotOrder = 'abundance' | 'table';

/** How samples become batches. */
export interface CommunityDatasetOptions {
  /** DNA of each feature of the table, M texts. */
  readonly sequences: readonly string[];
  /** Samples to use, in this order. Default: all, in the order of the table. */
  readonly sampleIds?: readonly string[];
  /** Reads drawn of each sample. Default: none, which leaves the counts as they are. */
  readonly rarefactionDepth?: number | undefined;
  /** Whether every epoch draws reads and random ASVs anew, or all repeat those of epoch 0. Default: false. */
  readonly refreshRarefaction?: boolean;
  /** Whether a read may be drawn more than once. Default: false. */
  readonly withReplacement?: boolean | undefined;
  /** What happens to samples with fewer reads than the depth; with `keep` all their reads are used. Default: `drop`. */
  readonly belowDepth?: BelowDepth;
  /** Bases read of each ASV; the rest of a longer sequence is cut off. Default: 150. */
  readonly basesPerAsv?: number;
  /** Default: 1024. */
  readonly maxAsvsPerSample?: number;
  /** Default: `abundance`. */
  readonly asvChoice?: AsvChoice;
  /** Default: `abundance`. */
  readonly slotOrder?: SlotOrder;
  /** Of the draws of reads and of random ASVs; whole number from 0 to 2^53 - 1. Default: 0. */
  readonly seed?: number;
  /** Targets, weights and category codes of the samples, one entry per sample of `sampleIds`, in its order. Default: none. */
  readonly columns?: SampleColumns | undefined;
  /**
   * Changes every sample and ASV anew in each epoch, after rarefaction and before the limit of ASVs, drawn by `seed`; for
   * training only. Steps that mix samples take theirs from this data set, and mix the targets of `columns`. Default: none.
   */
  readonly augmentation?: Augmentation | undefined;
}

/** Options that are no setting with a default. */
type UnsettledOptions = 'sequences' | 'sampleIds' | 'rarefactionDepth' | 'withReplacement' | 'columns' | 'augmentation';

/** {@link CommunityDatasetOptions} of how samples become batches, with every default filled in; plain data. */
export interface CommunityDatasetSettings extends Required<Omit<CommunityDatasetOptions, UnsettledOptions>> {
  /** Reads drawn of each sample; undefined where counts are left as they are. */
  readonly rarefactionDepth: number | undefined;
  /** Whether a read may be drawn more than once; absent where it may not. */
  readonly withReplacement?: boolean | undefined;
}

/** Values of {@link CommunityDatasetOptions} that are not given. */
export const communityDatasetDefaults: CommunityDatasetSettings = {
  rarefactionDepth: undefined,
  refreshRarefaction: false,
  belowDepth: 'drop',
  basesPerAsv: 150,
  maxAsvsPerSample: 1024,
  asvChoice: 'abundance',
  slotOrder: 'abundance',
  seed: 0,
};

/** What samples are put into batches with, whether their counts lie in memory or in a file. */
export interface PreparedSamples {
  /** Samples in use, N ids; batches name a sample by its index here. A streamed dataset may make this list anew each time. */
  readonly sampleIds: readonly string[];
  /** N, without a look at the ids. */
  readonly sampleCount: number;
  /** Names of the M features that batches name by index. */
  readonly featureIds: readonly string[];
  /** DNA of each feature, M texts. */
  readonly sequences: readonly string[];
  /** Samples with fewer reads than the depth: left out, or kept with all their reads. Tell the user. */
  readonly belowDepth: readonly SampleBelowDepth[];
  /** Samples without any read; they are always left out. Tell the user. */
  readonly withoutReads: readonly string[];
  /** How they were prepared. */
  readonly settings: CommunityDatasetSettings;
  /** Tokens of the features: at least of those that a sample in use may have. */
  readonly tokens: PackedTokens;
  /** Place of each feature when all are sorted by sequence, then id; M numbers. */
  readonly sequenceRanks: Uint32Array;
  /** Columns of the samples in use. */
  readonly columns: PackedSampleColumns;
  /** How samples and ASVs are changed in each epoch; undefined where they are not. */
  readonly augmentation: Augmentation | undefined;
}

/** Samples ready to be put into batches. Plain data; make it with {@link createCommunityDataset}. */
export interface CommunityDataset extends PreparedSamples {
  /**
   * The samples in use and all features. Counts are rarefied already if every epoch uses the same draw, else as they
   * came.
   */
  readonly table: FeatureTable;
}

/**
 * Prepares samples of a table for batches: refuses what cannot be used, leaves out samples with too few reads and says
 * which, rarefies once where one draw serves all epochs, and tokenises every ASV once.
 *
 * @throws SeqError `SAMPLE_UNKNOWN`, `TABLE_ID_INVALID` for a sample given twice, `TABLE_EMPTY` if no sample is left,
 *   `RAREFACTION_LEAVES_NOTHING`, `COUNTS_NOT_INTEGER`, `TABLE_COUNT_INVALID`, `SEQUENCES_MISSING` for a list of other
 *   length than the features, `TARGET_NOT_FINITE`, `OPTION_INVALID`
 */
export function createCommunityDataset(table: FeatureTable, options: CommunityDatasetOptions): CommunityDataset {
  const { sequences, sampleIds = table.sampleIds, columns = {}, augmentation, ...given } = options;
  const settings = withDefaults(given);
  requireSettings('createCommunityDataset', settings, sequences, table.featureCount);
  const packed = packSampleColumns('createCommunityDataset', columns, sampleIds);
  const chosen = selectRows(table, rowsOfSamples(table, sampleIds));
  const { kept, belowDepth, withoutReads } = usableSamples(chosen, settings);
  const { rarefactionDepth: depth, refreshRarefaction, seed, withReplacement } = settings;
  const used =
    depth === undefined || refreshRarefaction
      ? kept
      : rarefiedRows(kept, { depth, seed, epoch: 0, withReplacement } satisfies RowDraws);
  const isUsed = new Uint8Array(table.featureCount);
  // Augmentation may bring in features that no sample has.
  if (augmentation !== undefined) isUsed.fill(1);
  else for (const feature of used.featureIndices) isUsed[feature] = 1;
  return {
    table: used,
    sampleIds: used.sampleIds,
    sampleCount: used.sampleCount,
    featureIds: used.featureIds,
    sequences,
    belowDepth,
    withoutReads,
    settings,
    tokens: packTokens(sequences, isUsed, settings.basesPerAsv),
    sequenceRanks: ranksBySequence(sequences, table.featureIds),
    columns: pickSampleColumns(packed, rowsOfSamples(chosen, used.sampleIds), sampleIds.length),
    augmentation,
  };
}

/** Settings with every default filled in. */
export function withDefaults(given: Partial<CommunityDatasetSettings>): CommunityDatasetSettings {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...communityDatasetDefaults, ...set };
}

/** Refuses settings outside their range and another number of sequences than of features. */
export function requireSettings(
  asked: string,
  settings: CommunityDatasetSettings,
  sequences: readonly string[],
  featureCount: number,
): void {
  const { rarefactionDepth, basesPerAsv, maxAsvsPerSample, seed } = settings;
  requireOneOf(asked, 'belowDepth', settings.belowDepth, ['drop', 'keep'] satisfies BelowDepth[]);
  requireOneOf(asked, 'asvChoice', settings.asvChoice, [
    'abundance',
    'first',
    'random',
    'weighted',
  ] satisfies AsvChoice[]);
  requireOneOf(asked, 'slotOrder', settings.slotOrder, ['abundance', 'table'] satisfies SlotOrder[]);
  if (rarefactionDepth !== undefined) {
    requireInteger(asked, 'rarefactionDepth', rarefactionDepth, { minimum: 1 });
  }
  requireInteger(asked, 'basesPerAsv', basesPerAsv, { minimum: 1, maximum: 2 ** 20 });
  requireInteger(asked, 'maxAsvsPerSample', maxAsvsPerSample, { minimum: 1 });
  requireSeed(asked, seed);
  if (sequences.length === featureCount) return;
  throw dataError(
    'SEQUENCES_MISSING',
    `${asked}: ${sequences.length} sequences are given for ${featureCount} features. Give one per feature, in the order of the table.`,
  );
}

interface UsableSamples {
  readonly kept: FeatureTable;
  readonly belowDepth: readonly SampleBelowDepth[];
  readonly withoutReads: readonly string[];
}

function usableSamples(
  table: FeatureTable,
  { rarefactionDepth: depth, belowDepth: rule }: CommunityDatasetSettings,
): UsableSamples {
  const asked = 'createCommunityDataset';
  const rows = Uint32Array.from({ length: table.sampleCount }, (_, row) => row);
  if (depth !== undefined) requireWholeReads(asked, table, rows);
  const isEmpty = (row: number): boolean => table.sampleOffsets[row] === table.sampleOffsets[row + 1];
  const withoutReads = table.sampleIds.filter((_, row) => isEmpty(row));
  const filled = rows.filter((row) => !isEmpty(row));
  if (filled.length === 0) {
    throw dataError('TABLE_EMPTY', `${asked}: none of the ${table.sampleCount} samples in use has a read.`);
  }
  const belowDepth = depth === undefined ? [] : samplesBelow(table, filled, depth);
  const tooSmall = new Set(rule === 'drop' ? belowDepth.map(({ sampleId }) => sampleId) : []);
  const kept = filled.filter((row) => !tooSmall.has(table.sampleIds[row]!));
  if (kept.length === 0) throw nothingLeft(asked, depth!, belowDepth);
  return { kept: kept.length === table.sampleCount ? table : selectRows(table, kept), belowDepth, withoutReads };
}

/** Place of each feature when all are sorted by sequence, then id. */
export function ranksBySequence(sequences: readonly string[], featureIds: readonly string[]): Uint32Array {
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const order = sequences
    .map((_, feature) => feature)
    .sort((a, b) => compare(sequences[a]!, sequences[b]!) || compare(featureIds[a]!, featureIds[b]!));
  const ranks = new Uint32Array(order.length);
  order.forEach((feature, rank) => {
    ranks[feature] = rank;
  });
  return ranks;
}
