// Runs of the tests: small, deterministic, in a folder of their own.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FeatureTable, fitTargetTransform } from '@seq/data';
import {
  FineTuningObjective,
  type FineTuningObjectiveOptions,
  PretrainingObjective,
  TargetValues,
  Trainer,
  type TrainerOptions,
} from '../src/index.js';
import {
  jaccardDistances,
  newEncoder,
  newPredictor,
  smallDatasets,
  smallTable,
  smallTargets,
} from './small-community.js';

/** A folder that nobody else uses. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'seq-train-'));
}

/** Samples of all small runs: 10 to learn from, 5 to validate on. */
export const table: FeatureTable = smallTable(15);
export const datasets = smallDatasets(table, 10);

/** Targets of the samples with a z-score fitted to those for training. */
export function targetValues(): TargetValues {
  const values = smallTargets(table);
  const fitted = datasets.training.sampleIds.map((id) => values.get(id)!);
  return new TargetValues({ column: 'age', values, transform: fitTargetTransform('zscore', fitted) });
}

/** Options of all small runs: 3 batches per epoch, the last one smaller. */
export const runOptions = {
  ...datasets,
  samplesPerBatch: 4,
  epochs: 3,
  learningRate: 3e-3,
  seed: 7,
} satisfies TrainerOptions;

/** A pre-training that has not started. */
export function newPretraining(options: Partial<TrainerOptions> = {}) {
  const { store, encoder } = newEncoder();
  const objective = new PretrainingObjective({ store, encoder, distances: jaccardDistances });
  return { store, encoder, objective, trainer: new Trainer(objective, { ...runOptions, ...options }) };
}

/** A fine-tuning that has not started. */
export function newFineTuning(options: Partial<TrainerOptions> = {}, own: Partial<FineTuningObjectiveOptions> = {}) {
  const { store, predictor } = newPredictor();
  const objective = new FineTuningObjective({ store, predictor, targets: targetValues(), ...own });
  return { store, predictor, objective, trainer: new Trainer(objective, { ...runOptions, ...options }) };
}
