// Scores of a whole set of samples in evaluation mode. It changes nothing.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type SampleDataset, sampleBatches } from '@seq/data';
import { batchToDevice } from '../batch-to-device.js';
import type { AsvEmbeddings } from './asv-embeddings.js';
import type { TrainingObjective } from './objective.js';
import { type ReadingOptions, watched } from './read-batches.js';
import type { Scores } from './training-state.js';

/** Options of {@link evaluate}. */
export interface EvaluateOptions extends ReadingOptions {
  /** Embeddings of ASVs as the weights stand now; filled as needed. */
  readonly embeddings: AsvEmbeddings;
  /** Samples taken at once; UniFrac distances are scored within these. */
  readonly samplesPerBatch: number;
  /** Seed of the order and of hidden bases. */
  readonly seed: number;
  /** Called after every batch with the number of finished ones; what it throws ends the evaluation. */
  readonly onBatch?: (finished: number) => void | Promise<void>;
  /** Called before the error is thrown if reading a streamed dataset fails; what it throws counts instead. */
  readonly onFailure?: () => Promise<void>;
}

/**
 * Scores every sample once, with the reads of epoch 0, in a random order that is always the same: samples that stand
 * together in a table are often of one subject, and the distances within a batch should be like those of training.
 */
export async function evaluate(
  objective: TrainingObjective,
  dataset: SampleDataset,
  { embeddings, seed, samplesPerBatch, onBatch, onFailure = async () => {}, ...reading }: EvaluateOptions,
): Promise<Scores> {
  const evaluation = objective.startEvaluation({ seed });
  let finished = 0;
  const batches = sampleBatches(dataset, { ...reading, samplesPerBatch, shuffle: true, seed });
  for await (const batch of watched(batches, onFailure)) {
    await embeddings.fill(batchToDevice(batch));
    await evaluation.add(batch, embeddings);
    finished += 1;
    await onBatch?.(finished);
    await nextTurn();
  }
  return evaluation.scores();
}
