// A small made-up community for tests: a table, sequences, distances and a target that depends on who is there.
import {
  type CommunityBatch,
  type CommunityDataset,
  createCommunityDataset,
  createStreamedDataset,
  FeatureTable,
  type FeatureTableSource,
  type StreamedDataset,
  sourceOfTable,
} from '@seq/data';
import { type EncoderConfigInput, type PredictorConfigInput, SequenceEncoder, SequencePredictor } from '@seq/model';
import { type FloatDType, ParameterStore } from '@seq/tensor';

/** A multiplicative generator: tests must not depend on Math.random. */
export function numbers(seed: number): () => number {
  let state = seed * 2 + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const FEATURES = 14;

/** Sequences of 9 to 12 bases, one per feature. */
export const sequences: readonly string[] = (() => {
  const next = numbers(5);
  return Array.from({ length: FEATURES }, (_, feature) =>
    Array.from({ length: 9 + (feature % 4) }, () => 'ACGT'[Math.floor(4 * next())]).join(''),
  );
})();

/** A table of samples s0, s1, ... over the features f0, f1, ... */
export function smallTable(sampleCount: number, seed = 3): FeatureTable {
  const next = numbers(seed);
  const offsets = [0];
  const features: number[] = [];
  const counts: number[] = [];
  for (let sample = 0; sample < sampleCount; sample++) {
    for (let feature = 0; feature < FEATURES; feature++) {
      if (next() < 0.5 && feature !== sample % FEATURES) continue;
      features.push(feature);
      counts.push(5 + Math.floor(40 * next()));
    }
    offsets.push(features.length);
  }
  return new FeatureTable({
    sampleIds: Array.from({ length: sampleCount }, (_, i) => `s${i}`),
    featureIds: Array.from({ length: FEATURES }, (_, i) => `f${i}`),
    sampleOffsets: Uint32Array.from(offsets),
    featureIndices: Uint32Array.from(features),
    counts: Float64Array.from(counts),
  });
}

const datasetOptions = {
  sequences,
  rarefactionDepth: 60,
  refreshRarefaction: true,
  basesPerAsv: 12,
  maxAsvsPerSample: 10,
  seed: 4,
};

/** Datasets of the first samples of a table to learn from and of the others to validate on. */
export function smallDatasets(
  table: FeatureTable,
  trainingCount: number,
): { training: CommunityDataset; validation: CommunityDataset } {
  const { sampleIds } = table;
  return {
    training: createCommunityDataset(table, { ...datasetOptions, sampleIds: sampleIds.slice(0, trainingCount) }),
    validation: createCommunityDataset(table, { ...datasetOptions, sampleIds: sampleIds.slice(trainingCount) }),
  };
}

/** A table as a source of small blocks. */
export function sourceInBlocks(table: FeatureTable, samplesPerBlock: number): FeatureTableSource {
  return { ...sourceOfTable(table), samplesPerBlock };
}

/** The same datasets as {@link smallDatasets}, streamed. */
export async function smallStreamedDatasets(
  source: FeatureTableSource,
  trainingCount: number,
): Promise<{ training: StreamedDataset; validation: StreamedDataset }> {
  const sampleIds = await source.sampleIds();
  const [training, validation] = await Promise.all(
    [sampleIds.slice(0, trainingCount), sampleIds.slice(trainingCount)].map((chosen) =>
      createStreamedDataset(source, { ...datasetOptions, sampleIds: chosen }),
    ),
  );
  return { training: training!, validation: validation! };
}

/** Share of features that only one of two samples has, for every pair of a batch. */
export function jaccardDistances({ presentOffsets, presentFeatures }: CommunityBatch): Float64Array {
  const sets = Array.from({ length: presentOffsets.length - 1 }, (_, i) => [
    ...presentFeatures.subarray(presentOffsets[i], presentOffsets[i + 1]),
  ]);
  const distances = sets.flatMap((a, i) =>
    sets.slice(i + 1).map((b) => {
      const both = a.filter((feature) => b.includes(feature)).length;
      return 1 - both / (a.length + b.length - both);
    }),
  );
  return Float64Array.from(distances);
}

/** A target per sample: how much of it is f1 and f2, in thousandths, plus 20. */
export function smallTargets(table: FeatureTable): ReadonlyMap<string, number> {
  return new Map(
    table.sampleIds.map((id, row) => {
      let [chosen, all] = [0, 0];
      for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
        all += table.counts[entry]!;
        if (table.featureIndices[entry]! === 1 || table.featureIndices[entry]! === 2) chosen += table.counts[entry]!;
      }
      return [id, 20 + Math.round((1000 * chosen) / all)];
    }),
  );
}

/** Configuration of an encoder that trains in milliseconds. */
export const tinyEncoder: EncoderConfigInput = {
  embeddingWidth: 16,
  heads: 2,
  feedForwardWidth: 32,
  layers: { asv: 1, sample: 1, encoder: 1 },
  basesPerAsv: 12,
  maxAsvsPerSample: 10,
  dropout: 0.1,
  countEmbedding: 'add',
};

/** Configuration of a predictor around it. */
export const tinyPredictor: PredictorConfigInput = { base: tinyEncoder, layers: { count: 1, target: 1 } };

/** A new encoder. */
export function newEncoder(dtype: FloatDType = 'float32', config: EncoderConfigInput = tinyEncoder) {
  const store = new ParameterStore({ seed: 11, dtype });
  return { store, encoder: new SequenceEncoder(store.scope(), config) };
}

/** A new predictor. */
export function newPredictor(dtype: FloatDType = 'float32', config: PredictorConfigInput = tinyPredictor) {
  const store = new ParameterStore({ seed: 12, dtype });
  return { store, predictor: new SequencePredictor(store.scope(), config) };
}
