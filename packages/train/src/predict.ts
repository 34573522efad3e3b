// Predictions for the samples of a table from a checkpoint alone, in the unit of the target.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type CommunityDataset,
  createCommunityDataset,
  type FeatureTable,
  type SampleBelowDepth,
  sampleBatches,
} from '@seq/data';
import type { SequencePredictor } from '@seq/model';
import { noGrad, tidy } from '@seq/tensor';
import { batchToDevice } from './batch-to-device.js';
import type { Checkpoint, TargetSettings } from './checkpoint/checkpoint.js';
import { modelFromCheckpoint } from './checkpoint/model-from-checkpoint.js';
import { trainError } from './errors.js';
import { quantilePredictions } from './targets/point-predictions.js';
import { AsvEmbeddings } from './trainer/asv-embeddings.js';

/** The samples to predict. */
export interface PredictInput {
  /** Read counts. Its features need not be those of the training table. */
  readonly table: FeatureTable;
  /** DNA of each feature of the table. */
  readonly sequences: readonly string[];
  /** Samples to predict, in this order. Default: all. */
  readonly sampleIds?: readonly string[] | undefined;
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
  /** Ends the prediction after the current batch. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch; what it throws ends the prediction with that error. */
  readonly onProgress?: ((progress: PredictProgress) => void) | undefined;
}

/** One quantile of every sample. */
export interface QuantilePrediction {
  /** Which quantile, in (0, 1). */
  readonly quantile: number;
  /** One value per sample in the unit of the target. */
  readonly values: Float64Array;
}

/** What {@link predict} gives. */
export interface Predictions {
  /** Name of the target. */
  readonly column: string;
  /** Samples that were predicted. */
  readonly sampleIds: readonly string[];
  /** One value per sample in the unit of the target; for a model of quantiles the middle one. */
  readonly predicted: Float64Array;
  /** The quantiles of the model and their values per sample; empty for a model of single values. */
  readonly quantiles: readonly QuantilePrediction[];
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
 * @throws SeqError `CHECKPOINT_MISMATCH` for the checkpoint of an encoder; `RUN_ABORTED` after the signal; codes of
 * `createCommunityDataset` for tables that cannot be used.
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
  const dataset = predictionDataset(checkpoint, input);
  const embeddings = new AsvEmbeddings(built.model.base, { dtype: built.store.dtype });
  const values = await predictDataset(built.model, { dataset, embeddings, target: checkpoint.target, options });
  const { column, quantiles } = checkpoint.target;
  return {
    column,
    sampleIds: dataset.sampleIds,
    predicted: values[Math.floor(values.length / 2)]!,
    quantiles: (quantiles ?? []).map((quantile, i) => ({ quantile, values: values[i]! })),
    belowDepth: dataset.belowDepth,
    withoutReads: dataset.withoutReads,
  };
}

function predictionDataset({ data }: Checkpoint, { table, sequences, sampleIds }: PredictInput): CommunityDataset {
  return createCommunityDataset(table, {
    ...data,
    rarefactionDepth: data.rarefactionDepth ?? undefined,
    refreshRarefaction: false,
    belowDepth: 'keep',
    sequences,
    ...(sampleIds === undefined ? {} : { sampleIds }),
  });
}

interface PredictDataset {
  readonly dataset: CommunityDataset;
  readonly embeddings: AsvEmbeddings;
  readonly target: TargetSettings;
  readonly options: PredictOptions;
}

/** One array of values per quantile; a model of single values counts as one quantile. */
async function predictDataset(model: SequencePredictor, given: PredictDataset): Promise<Float64Array[]> {
  const { dataset, embeddings, target, options } = given;
  const { samplesPerBatch = 32, signal, onProgress } = options;
  const sampleCount = dataset.sampleIds.length;
  const values = Array.from({ length: target.quantiles?.length ?? 1 }, () => new Float64Array(sampleCount));
  let samples = 0;
  for (const batch of sampleBatches(dataset, { samplesPerBatch })) {
    if (signal?.aborted) {
      const message = `predict: stopped after ${samples} of ${sampleCount} samples; start again for predictions.`;
      throw trainError('RUN_ABORTED', message, { cause: signal.reason });
    }
    const input = batchToDevice(batch);
    await embeddings.fill(input);
    const found = tidy(() =>
      noGrad(() => {
        const output = model.forward(input, { asvEmbeddings: embeddings.of(input) });
        return quantilePredictions(output.targetPrediction, target.transform);
      }),
    );
    for (const [quantile, all] of values.entries()) all.set(found[quantile]!, samples);
    samples += batch.sampleIds.length;
    onProgress?.({ samples, sampleCount });
    await nextTurn();
  }
  return values;
}
