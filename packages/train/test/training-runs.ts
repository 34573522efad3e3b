// Runs of the tests: small, deterministic, in a folder of their own.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FeatureTable, fitTargetTransform } from '@seq/data';
import { type ParameterStore, setThreads } from '@seq/tensor';
import { expect } from 'vitest';
import {
  FineTuningObjective,
  type FineTuningObjectiveOptions,
  PretrainingObjective,
  readCheckpoint,
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

/** A run that has not started. */
export interface NewRun {
  readonly store: ParameterStore;
  readonly trainer: Trainer;
}

/**
 * Every parameter at the end of a run.
 *
 * @param newRun - makes the same run anew, with these options.
 * @param threadCount - threads it runs on.
 * @param interruptAt - step of the first epoch after which it is interrupted, and goes on from its last checkpoint.
 */
export async function finalParameters(
  newRun: (options: Partial<TrainerOptions>) => NewRun,
  threadCount: number,
  interruptAt?: number,
): Promise<readonly (readonly [string, readonly number[]])[]> {
  setThreads(threadCount);
  const directory = newFolder();
  if (interruptAt !== undefined) {
    const stop = new AbortController();
    const onProgress = ({ step }: { readonly step: number }): void => {
      if (step === interruptAt) stop.abort();
    };
    const { trainer } = newRun({ directory });
    await expect(trainer.run({ signal: stop.signal, onProgress })).rejects.toMatchObject({ code: 'RUN_ABORTED' });
  }
  const last = join(directory, 'last.safetensors');
  const { store, trainer } = newRun({ directory });
  await trainer.run({ resumeFrom: interruptAt === undefined ? undefined : await readCheckpoint(last) });
  return store.names().map((name) => [name, [...store.read(name)]]);
}
