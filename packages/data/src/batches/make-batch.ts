// Puts samples of a dataset into one batch. Pure: equal arguments give equal batches, in any order of calls.
import type { CommunityPool } from '../augmentation/augmentation-step.js';
import type { Community } from '../augmentation/community.js';
import { dataError } from '../errors.js';
import { Draws } from '../random/draws.js';
import { rarefiedCounts } from '../rarefaction/rarefied-rows.js';
import { requireInteger } from '../require-integer.js';
import type { SampleRows } from '../table/sample-rows.js';
import { chooseSlots } from './choose-slots.js';
import type { CommunityBatch } from './community-batch.js';
import type { CommunityDataset, PreparedSamples } from './community-dataset.js';
import { type PackedSampleColumns, pickSampleColumns } from './sample-columns.js';

/** Options of {@link makeBatch}. */
export interface MakeBatchOptions {
  /** Chooses the draws where the dataset refreshes them; whole number from 0 to 2^32 - 1. Default: 0. */
  readonly epoch?: number;
}

/** Samples in memory, from which batches are made; a {@link CommunityDataset} is one. */
export interface OpenSamples
  extends Pick<CommunityDataset, 'sampleIds' | 'settings' | 'sequenceRanks' | 'columns' | 'augmentation'> {
  readonly table: SampleRows;
}

/** One sample of a batch: what it has, and what of it enters the model. */
export interface BatchSample {
  readonly sampleId: string;
  readonly reads: number;
  /** Features after rarefaction, ascending, and their reads. */
  readonly features: Uint32Array;
  readonly counts: Float64Array;
  /** Places in the two arrays above. */
  readonly slots: Uint32Array;
  /** Targets after augmentation; undefined where nothing changed them. */
  readonly labels: Float64Array | undefined;
}

/**
 * The batch of the given samples. What a sample contributes depends on no other sample.
 *
 * @param rows - indices into `dataset.sampleIds`; at least one, each below N.
 * @throws SeqError `OPTION_INVALID`
 */
export function makeBatch(
  dataset: CommunityDataset,
  rows: ArrayLike<number>,
  { epoch = 0 }: MakeBatchOptions = {},
): CommunityBatch {
  requireInteger('makeBatch', 'epoch', epoch, { minimum: 0, maximum: 2 ** 32 - 1 });
  const sampleIndices = requireRows(rows, dataset.sampleCount);
  const samples = Array.from(sampleIndices, (row) => openSample(dataset, row, epoch));
  return assembleBatch(dataset, samples, { sampleIndices, epoch });
}

/** The batch of samples that are open, with the index of each in its dataset. */
export function assembleBatch(
  dataset: PreparedSamples,
  samples: readonly BatchSample[],
  { sampleIndices, epoch }: { readonly sampleIndices: Uint32Array; readonly epoch: number },
): CommunityBatch {
  const featureCount = dataset.featureIds.length;
  const asvFeatures = distinctFeatures(samples, featureCount);
  return {
    sampleIndices,
    sampleIds: samples.map(({ sampleId }) => sampleId),
    sampleReads: Float64Array.from(samples, ({ reads }) => reads),
    asvFeatures,
    ...tokensOf(asvFeatures, tokensInEpoch(dataset, epoch)),
    ...slotsOf(samples, asvFeatures, featureCount),
    ...presentIn(samples),
    ...columnsOf(dataset, sampleIndices, samples),
  };
}

function requireRows(rows: ArrayLike<number>, sampleCount: number): Uint32Array {
  for (let i = 0; i < rows.length; i++) {
    requireInteger('makeBatch', `row ${i}`, rows[i]!, { minimum: 0, maximum: sampleCount - 1 });
  }
  if (rows.length === 0) throw dataError('OPTION_INVALID', 'makeBatch: no rows are given. Give at least one.');
  return Uint32Array.from(rows);
}

/** A sample after rarefaction and augmentation, its ASVs chosen; `pool` is where samples are mixed with others. */
export function openSample(
  dataset: OpenSamples,
  row: number,
  epoch: number,
  pool: CommunityPool = { size: dataset.sampleIds.length, communityAt: (other) => communityOf(dataset, other, epoch) },
): BatchSample {
  const { settings, sequenceRanks, augmentation } = dataset;
  const plain = communityOf(dataset, row, epoch);
  const key = { seed: settings.seed, epoch, pool };
  const { features, counts, labels } = augmentation === undefined ? plain : augmentation.community(plain, key);
  const drawEpoch = settings.refreshRarefaction ? epoch : 0;
  const draws = (): Draws =>
    new Draws({ seed: settings.seed, purpose: 'asvChoice', epoch: drawEpoch, id: dataset.sampleIds[row]! });
  return {
    sampleId: plain.sampleId,
    reads: counts.reduce((sum, count) => sum + count, 0),
    features,
    counts,
    slots: chooseSlots(features, counts, { ...settings, sequenceRanks, draws }),
    labels: labels === plain.labels ? undefined : labels,
  };
}

/** A sample of the dataset after rarefaction, before augmentation. */
export function communityOf(dataset: OpenSamples, row: number, epoch: number): Community {
  const { table, settings, columns, sampleIds } = dataset;
  const { rarefactionDepth: depth, refreshRarefaction, seed, withReplacement } = settings;
  const [start, end] = [table.sampleOffsets[row]!, table.sampleOffsets[row + 1]!];
  const left =
    depth === undefined || !refreshRarefaction
      ? table.counts.subarray(start, end)
      : rarefiedCounts(table, row, { depth, seed, epoch, withReplacement });
  const width = (columns.targets?.length ?? 0) / sampleIds.length;
  return {
    sampleId: sampleIds[row]!,
    ...withoutZeros(table.featureIndices.subarray(start, end), left),
    labels: columns.targets && Float64Array.from(columns.targets.subarray(row * width, (row + 1) * width)),
  };
}

function withoutZeros(stored: Uint32Array, left: Float64Array): Pick<Community, 'features' | 'counts'> {
  const features = new Uint32Array(stored.length);
  const counts = new Float64Array(stored.length);
  let kept = 0;
  for (let i = 0; i < stored.length; i++) {
    if (left[i] === 0) continue;
    features[kept] = stored[i]!;
    counts[kept++] = left[i]!;
  }
  return { features: features.subarray(0, kept), counts: counts.subarray(0, kept) };
}

/** Every feature that stands in a slot, once, ascending. */
function distinctFeatures(samples: readonly BatchSample[], featureCount: number): Uint32Array {
  const isIn = new Uint8Array(featureCount);
  let distinct = 0;
  for (const { features, slots } of samples) {
    for (const place of slots) {
      const feature = features[place]!;
      distinct += 1 - isIn[feature]!;
      isIn[feature] = 1;
    }
  }
  const found = new Uint32Array(distinct);
  for (let feature = 0, next = 0; next < distinct; feature++) if (isIn[feature] === 1) found[next++] = feature;
  return found;
}

/** Gives the tokens of a feature. */
function tokensInEpoch({ tokens, augmentation, settings, featureIds }: PreparedSamples, epoch: number) {
  return (feature: number): Uint8Array => {
    const stored = tokens.tokens.subarray(tokens.offsets[feature], tokens.offsets[feature + 1]);
    if (augmentation === undefined) return stored;
    const key = { seed: settings.seed, epoch, id: featureIds[feature]! };
    const bases = augmentation.sequence(stored.subarray(1), key);
    const changed = new Uint8Array(bases.length + 1);
    changed[0] = stored[0]!;
    changed.set(bases, 1);
    return changed;
  };
}

function tokensOf(
  asvFeatures: Uint32Array,
  tokensOfFeature: (feature: number) => Uint8Array,
): Pick<CommunityBatch, 'asvTokens' | 'asvOffsets'> {
  const parts = Array.from(asvFeatures, tokensOfFeature);
  const asvOffsets = offsetsOf(parts.map(({ length }) => length));
  const asvTokens = new Int32Array(asvOffsets[asvFeatures.length]!);
  parts.forEach((part, asv) => {
    asvTokens.set(part, asvOffsets[asv]);
  });
  return { asvTokens, asvOffsets };
}

/** The columns of the samples, targets as augmentation left them. */
function columnsOf(
  { columns, sampleCount }: PreparedSamples,
  rows: Uint32Array,
  samples: readonly BatchSample[],
): PackedSampleColumns {
  const picked = pickSampleColumns(columns, rows, sampleCount);
  samples.forEach(({ labels }, i) => {
    if (labels !== undefined) picked.targets?.set(labels, i * labels.length);
  });
  return picked;
}

function slotsOf(
  samples: readonly BatchSample[],
  asvFeatures: Uint32Array,
  featureCount: number,
): Pick<CommunityBatch, 'slotOffsets' | 'slotAsvs' | 'slotCounts'> {
  const asvOfFeature = new Uint32Array(featureCount);
  asvFeatures.forEach((feature, asv) => {
    asvOfFeature[feature] = asv;
  });
  const slotOffsets = offsetsOf(samples.map(({ slots }) => slots.length));
  const slotAsvs = new Uint32Array(slotOffsets[samples.length]!);
  const slotCounts = new Float32Array(slotAsvs.length);
  let slot = 0;
  for (const { features, counts, slots } of samples) {
    for (const place of slots) {
      slotAsvs[slot] = asvOfFeature[features[place]!]!;
      slotCounts[slot++] = counts[place]!;
    }
  }
  return { slotOffsets, slotAsvs, slotCounts };
}

function presentIn(
  samples: readonly BatchSample[],
): Pick<CommunityBatch, 'presentOffsets' | 'presentFeatures' | 'presentCounts'> {
  const presentOffsets = offsetsOf(samples.map(({ features }) => features.length));
  const presentFeatures = new Uint32Array(presentOffsets[samples.length]!);
  const presentCounts = new Float64Array(presentFeatures.length);
  samples.forEach(({ features, counts }, i) => {
    presentFeatures.set(features, presentOffsets[i]);
    presentCounts.set(counts, presentOffsets[i]);
  });
  return { presentOffsets, presentFeatures, presentCounts };
}

function offsetsOf(lengths: readonly number[]): Uint32Array {
  const offsets = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    offsets[i + 1] = offsets[i]! + length;
  });
  return offsets;
}
