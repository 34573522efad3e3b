// Predictions for the samples of a table, in memory or read meanwhile, from a checkpoint alone, in the unit of the target.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CategoricalEncoder, type StringColumns, type UnseenReport } from '@seq/categorical';
import {
  createCommunityDataset,
  createStreamedDataset,
  FeatureTable,
  type FeatureTableSource,
  type SampleBelowDepth,
  type SampleDataset,
  sampleBatches,
} from '@seq/data';
import type { SequencePredictor } from '@seq/model';
import { noGrad, tidy } from '@seq/tensor';
import { batchToDevice } from './batch-to-device.js';
import type { Checkpoint, TargetSettings } from './checkpoint/checkpoint.js';
import { modelFromCheckpoint } from './checkpoint/model-from-checkpoint.js';
import { trainError } from './errors.js';
import { SampleCategories } from './targets/sample-categories.js';
import { GrowingPredictions, type TargetPredictions } from './targets/target-predictions.js';
import { type DescribedSamples, TargetScales } from './targets/target-scales.js';
import { AsvCacheFile } from './trainer/asv-cache-file.js';
import { AsvEmbeddings } from './trainer/asv-embeddings.js';
import { predictionOf } from './trainer/prediction-of.js';
import { watched } from './trainer/read-batches.js';

/** The samples to predict. */
export interface PredictInput {
  /** Read counts, in memory or where they are read from. Its features need not be those of the training table. */
  readonly table: FeatureTable | FeatureTableSource;
  /** DNA of each feature of the table. */
  readonly sequences: readonly string[];
  /** Samples to predict, in this order. Default: all. */
  readonly sampleIds?: readonly string[] | undefined;
  /**
   * Text of each metadata column that the model needs, for every sample of `sampleIds` in its order, or of the table; null
   * where it is missing: its categorical columns, and those that a target is scaled by. Default: none, which only a model
   * without both takes.
   */
  readonly categories?: StringColumns | undefined;
}

/** Where a prediction stands; given after each batch. */
export interface PredictProgress {
  /** Samples predicted so far. */
  readonly samples: number;
  /** Samples to predict. */
  readonly sampleCount: number;
}

/** Options of {@link predict}. */
export interface PredictOptions {
  /** Samples taken at once; does not change results. Default 32. */
  readonly samplesPerBatch?: number | undefined;
  /** Ends the prediction after the current batch, or at once where it waits for samples. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch; what it throws ends the prediction with that error. */
  readonly onProgress?: ((progress: PredictProgress) => void) | undefined;
  /**
   * File of ASV embeddings, see {@link AsvCacheFile}: what it has is not computed again, what is new goes into it. Does
   * not change results. Default: none.
   */
  readonly asvCache?: string | undefined;
  /** Called with what the user should know about `asvCache`. */
  readonly onNotice?: ((notice: string) => void) | undefined;
}

/** What {@link predict} gives. */
export interface Predictions extends TargetPredictions {
  /** Samples that were predicted. */
  readonly sampleIds: readonly string[];
  /** Further targets by the names of the model's outputs; empty if there are none. */
  readonly more: Readonly<Record<string, TargetPredictions>>;
  /** What the samples hold that the model's categories do not know; empty without categories. Tell the user. */
  readonly unseen: UnseenReport;
  /** Samples of a category that a target is not known to have; their predictions are scaled by all training values. */
  readonly ofUnknownCategory: readonly string[];
  /** Samples with fewer reads than the model was trained on; they were predicted from all their reads. */
  readonly belowDepth: readonly SampleBelowDepth[];
  /** Samples without any read; they cannot be predicted. */
  readonly withoutReads: readonly string[];
}

/**
 * Predicts samples. How many reads and ASVs of a sample are read, and the way back to the unit of the target, come from
 * the checkpoint. Reads are drawn with the seed of the checkpoint, so the same sample always gives the same prediction.
 *
 * @param checkpoint - of a predictor.
 * @throws SeqError `CHECKPOINT_MISMATCH` for the checkpoint of an encoder; `TRAINING_DATA` without the metadata columns that
 * the model needs; `RUN_ABORTED` after the signal; `ASV_CACHE_FOREIGN` for an `asvCache` that is something else; codes of
 * `createCommunityDataset` for tables that cannot be used; what reading a source throws.
 */
export async function predict(
  checkpoint: Checkpoint,
  input: PredictInput,
  options: PredictOptions = {},
): Promise<Predictions> {
  const built = modelFromCheckpoint(checkpoint);
  if (checkpoint.kind !== 'predictor' || built.kind !== 'predictor') {
    const message =
      'predict: the checkpoint holds an encoder, which predicts no target; give the checkpoint of a predictor.';
    throw trainError('CHECKPOINT_MISMATCH', message, { details: { kind: checkpoint.kind } });
  }
  const dataset = await predictionDataset(checkpoint, input, options);
  const described = await describedSamples(input);
  const categories = categoriesOf(checkpoint, described);
  const scales = new TargetScales(checkpoint, described);
  const { store, model } = built;
  const { asvCache } = options;
  const cached = { store, encoder: model.base };
  const file =
    asvCache === undefined ? undefined : await AsvCacheFile.open(asvCache, cached, { onNotice: options.onNotice });
  const embeddings = new AsvEmbeddings(model.base, { dtype: store.dtype, file });
  const { target } = checkpoint;
  const found = await predictDataset(model, { dataset, embeddings, scales, target, categories, options });
  await file?.save();
  const { '': main, ...more } = Object.fromEntries([...found].map(([name, growing]) => [name, growing.result()]));
  return {
    ...main!,
    more,
    sampleIds: dataset.sampleIds,
    unseen: categories?.unseen ?? [],
    ofUnknownCategory: scales.unknown(dataset.sampleIds),
    belowDepth: dataset.belowDepth,
    withoutReads: dataset.withoutReads,
  };
}

/** The names of samples are read only where columns describe them. */
async function describedSamples({
  table,
  sampleIds,
  categories: columns,
}: PredictInput): Promise<DescribedSamples | undefined> {
  if (columns === undefined) return undefined;
  if (sampleIds !== undefined) return { sampleIds, columns };
  return { sampleIds: table instanceof FeatureTable ? table.sampleIds : await table.sampleIds(), columns };
}

/** The categories of the samples, if the model has some. */
function categoriesOf({ categories }: Checkpoint, samples: DescribedSamples | undefined): SampleCategories | undefined {
  if (categories === null) return undefined;
  const encoder = CategoricalEncoder.fromJSON(categories);
  if (samples !== undefined) return new SampleCategories({ encoder, ...samples });
  const names = encoder.columnNames.map((name) => JSON.stringify(name)).join(', ');
  throw trainError(
    'TRAINING_DATA',
    `predict: the model was trained with the categories ${names}, and none are given; give the columns of the metadata.`,
    { details: { columns: encoder.columnNames } },
  );
}

async function predictionDataset(
  { data }: Checkpoint,
  { table, sequences, sampleIds }: PredictInput,
  { signal }: PredictOptions,
): Promise<SampleDataset> {
  const options = {
    ...data,
    rarefactionDepth: data.rarefactionDepth ?? undefined,
    refreshRarefaction: false,
    belowDepth: 'keep' as const,
    sequences,
    ...(sampleIds === undefined ? {} : { sampleIds }),
  };
  if (table instanceof FeatureTable) return createCommunityDataset(table, options);
  return createStreamedDataset(table, { ...options, signal });
}

interface PredictDataset {
  readonly dataset: SampleDataset;
  readonly embeddings: AsvEmbeddings;
  readonly scales: TargetScales;
  readonly target: TargetSettings;
  readonly categories: SampleCategories | undefined;
  readonly options: PredictOptions;
}

/** Predictions of every target by the name of the output; the main target has an empty name. */
async function predictDataset(
  model: SequencePredictor,
  given: PredictDataset,
): Promise<ReadonlyMap<string, GrowingPredictions>> {
  const { dataset, embeddings, scales, target, categories, options } = given;
  const { samplesPerBatch = 32, signal, onProgress } = options;
  const { sampleCount } = dataset;
  const targets = Object.entries({ '': target, ...target.more });
  const found = new Map(
    targets.map(([name, settings]) => [name, new GrowingPredictions(settings, sampleCount, scales.categoryOf(name))]),
  );
  let samples = 0;
  const refuseIfAborted = async (): Promise<void> => {
    if (!signal?.aborted) return;
    const message = `predict: stopped after ${samples} of ${sampleCount} samples; start again for predictions.`;
    throw trainError('RUN_ABORTED', message, { cause: signal.reason });
  };
  for await (const batch of watched(sampleBatches(dataset, { samplesPerBatch, signal }), refuseIfAborted)) {
    await refuseIfAborted();
    const input = batchToDevice(batch, model.config.base);
    await embeddings.fill(input);
    const known = categories === undefined ? {} : { categories: categories.of(batch.sampleIds) };
    tidy(() =>
      noGrad(() => {
        const output = model.forward({ ...input, ...known }, { asvEmbeddings: embeddings.of(input) });
        for (const [name, growing] of found) growing.add(predictionOf(output, name), batch);
      }),
    );
    samples += batch.sampleIds.length;
    onProgress?.({ samples, sampleCount });
    await nextTurn();
  }
  return found;
}
