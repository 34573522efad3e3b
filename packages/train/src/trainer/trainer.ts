// The training loop: epochs of steps, validation, early stopping, checkpoints, progress. What is optimised it leaves to an
// objective, where batches come from to a source.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { batchCount, type SampleDataset, sampleBatches } from '@seq/data';
import type { Optimiser } from '@seq/tensor';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { writeCheckpoint } from '../checkpoint/checkpoint-file.js';
import { trainError } from '../errors.js';
import { rateOfUpdate } from '../schedules/schedule.js';
import { advanceEpoch, isFinished, startState } from './advance-epoch.js';
import { AsvCacheFile, type OpenAsvCacheOptions } from './asv-cache-file.js';
import { AsvEmbeddings } from './asv-embeddings.js';
import { evaluate } from './evaluate.js';
import { makeOptimiser } from './make-optimiser.js';
import { augmentedTraining } from './mixed-targets.js';
import type { TrainingObjective } from './objective.js';
import { rateGroups } from './rate-groups.js';
import { groupsOf, type ReadingOptions, watched } from './read-batches.js';
import { captureRun, identifySamples, type RunParts, restoreRun } from './run-checkpoint.js';
import { refuseRounding, refuseUnshared, requireSameFeatures } from './run-contradictions.js';
import { takeStep } from './take-step.js';
import { type ResolvedTrainingOptions, resolveTrainingOptions, type TrainingOptions } from './training-options.js';
import { progressOf, type RunSize, Throughput, type TrainingProgress } from './training-progress.js';
import { type CheckpointPaths, type TrainingResult, trainingResult } from './training-result.js';
import type { Scores, TrainingState } from './training-state.js';

/** Options of {@link Trainer}. */
export interface TrainerOptions extends TrainingOptions {
  /** Samples to learn from, in memory or streamed. */
  readonly training: SampleDataset;
  /** Samples that decide which epoch is the best, over the same features. Default: the training loss decides. */
  readonly validation?: SampleDataset | undefined;
  /**
   * Blocks of a streamed table whose samples are shuffled together, see `sampleBatches`; an interrupted run goes on with
   * the same. Where all samples lie in so many blocks, a run ends bit-equal to one of the table in memory. Default 8.
   */
  readonly blocksPerBuffer?: number | undefined;
  /** Buffers of a streamed table that are read while earlier ones are trained on. Does not change results. Default 1. */
  readonly buffersAhead?: number | undefined;
  /** Folder for `best.safetensors` and `last.safetensors`. Default: nothing is written. */
  readonly directory?: string | undefined;
  /** Steps after which `last.safetensors` is written again inside an epoch. Default: only after epochs. */
  readonly stepsPerCheckpoint?: number | undefined;
  /**
   * File of ASV embeddings, see {@link AsvCacheFile}: what it has is not computed again, what is new goes into it. Only
   * where the objective leaves them as they are. Does not change results. Default: they are kept in memory alone.
   */
  readonly asvCache?: string | undefined;
}

/** Options of {@link Trainer.run}. */
export interface RunOptions {
  /** Ends the run after the current step, or at once where it waits for samples; `last.safetensors` is written first. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every step and every batch of a validation; what it throws ends the run with that error. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /** Called with what the user should know about `asvCache`. */
  readonly onNotice?: ((notice: string) => void) | undefined;
  /** The last checkpoint of an interrupted run: the run goes on from there and ends bit-equal to an uninterrupted one. */
  readonly resumeFrom?: Checkpoint | undefined;
  /** Clock for progress, in milliseconds. Default `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Trains a model. Results depend on data, options and seed alone, not on threads or time; between steps other work of the
 * process gets its turn.
 */
export class Trainer {
  readonly #parts: RunParts;
  readonly #options: ResolvedTrainingOptions;
  readonly #optimiser: Optimiser;
  readonly #asvCache: string | undefined;
  #embeddings: AsvEmbeddings;
  #embeddingFile: AsvCacheFile | undefined;
  readonly #paths: CheckpointPaths | undefined;
  readonly #stepsPerCheckpoint: number;
  readonly #size: RunSize;
  readonly #reading: ReadingOptions;

  /**
   * @param objective - a model and what it should become good at.
   * @throws SeqError `TRAINING_OPTIONS` for an option outside its range; `TRAINING_DATA` if there are no training samples
   * or the objective misses something for some; `OPTION_INVALID` for `blocksPerBuffer`.
   */
  constructor(objective: TrainingObjective, trainer: TrainerOptions) {
    const { validation, directory, blocksPerBuffer, buffersAhead } = trainer;
    const training = augmentedTraining(trainer.training, objective);
    this.#options = resolveTrainingOptions(trainer);
    const { bestMetric, samplesPerBatch, batchesPerStep, optimiser, epochs } = this.#options;
    requireSameFeatures(training, validation);
    refuseRounding(objective, this.#options);
    refuseUnshared(objective, this.#options);
    const known = validation === undefined ? ['loss'] : objective.metrics;
    if (!known.includes(bestMetric)) {
      const found = `bestMetric is ${bestMetric}, this run gives ${known.join(', ')}`;
      throw trainError('TRAINING_OPTIONS', `Trainer: ${found}; choose one of these.`);
    }
    objective.checkSamples(training.sampleIds);
    objective.checkSamples(validation?.sampleIds ?? []);
    this.#optimiser = makeOptimiser(objective.store, optimiser, rateGroups(objective.store, this.#options));
    const sets = { training, validation };
    this.#reading = { blocksPerBuffer, buffersAhead };
    const identity = identifySamples(sets, this.#reading);
    this.#parts = { objective, optimiser: this.#optimiser, options: this.#options, ...sets, ...identity };
    this.#asvCache = asvCacheOf(trainer, objective);
    this.#embeddings = new AsvEmbeddings(objective.encoder, { dtype: objective.store.dtype });
    this.#paths =
      directory === undefined
        ? undefined
        : { best: join(directory, 'best.safetensors'), last: join(directory, 'last.safetensors') };
    this.#stepsPerCheckpoint = stepsPerCheckpoint(trainer);
    const stepsPerEpoch = Math.ceil(batchCount(training.sampleCount, { samplesPerBatch }) / batchesPerStep);
    this.#size = { epochs, stepsPerEpoch, sampleCount: training.sampleCount };
  }

  /**
   * Trains until all epochs are done or none was better within the patience. Afterwards the model has its last weights;
   * those of the best epoch are in the checkpoint.
   *
   * @throws SeqError `RUN_ABORTED` after the signal, naming the checkpoint; `LOSS_NOT_FINITE`; `CHECKPOINT_MISMATCH` if
   * `resumeFrom` is of another run; `CHECKPOINT_NOT_FOUND` if its best checkpoint is not in the folder;
   * `ASV_CACHE_FOREIGN` for an `asvCache` that is something else; what reading a streamed dataset throws, after the last
   * checkpoint was written.
   */
  async run({
    signal,
    onProgress,
    onNotice,
    resumeFrom,
    now = () => performance.now(),
  }: RunOptions = {}): Promise<TrainingResult> {
    let state = resumeFrom === undefined ? startState(this.#options) : await this.#resume(resumeFrom);
    await this.#openCache({ onNotice });
    const speed = new Throughput(now);
    const tell = (phase: TrainingProgress['phase'], batches: Partial<TrainingProgress> = {}): void =>
      onProgress?.({ ...progressOf(phase, state, this.#size, speed), ...batches });
    const stopIfAborted = async (): Promise<void> => {
      if (signal?.aborted) await this.#abort(state, signal);
    };
    while (!state.isFinished) {
      await stopIfAborted();
      for await (const next of this.#steps(state, speed, signal)) {
        state = next;
        tell('training');
        await stopIfAborted();
        if (state.update % this.#stepsPerCheckpoint === 0) await this.#write('last', state);
      }
      const scores = await this.#validate(state, signal, async (step, stepsPerEpoch) => {
        tell('validation', { step, stepsPerEpoch });
        await stopIfAborted();
      });
      state = advanceEpoch(state, scores, this.#options);
      if (state.earlyStopping.bestEpoch === state.epoch) await this.#write('best', state);
      await this.#writeLast(state);
      tell('epoch');
    }
    tell('finished');
    return trainingResult(state, { epochs: this.#options.epochs, checkpoints: this.#paths });
  }

  /** Finds what earlier runs left; called once the weights of the ASV level are final. */
  async #openCache(options: OpenAsvCacheOptions): Promise<void> {
    if (this.#asvCache === undefined) return;
    const { store, encoder } = this.#parts.objective;
    this.#embeddingFile = await AsvCacheFile.open(this.#asvCache, { store, encoder }, options);
    this.#embeddings = new AsvEmbeddings(encoder, { dtype: store.dtype, file: this.#embeddingFile });
  }

  async #resume(checkpoint: Checkpoint): Promise<TrainingState> {
    const state = restoreRun(this.#parts, checkpoint);
    if (this.#paths !== undefined && state.earlyStopping.bestEpoch !== null) {
      const { best } = this.#paths;
      await access(best).catch((cause: unknown) => {
        const message = `Trainer: "${best}" of the interrupted run is missing; go on in the folder of that run.`;
        throw trainError('CHECKPOINT_NOT_FOUND', message, { details: { path: best }, cause });
      });
    }
    return { ...state, isFinished: isFinished(state, this.#options) };
  }

  /** The steps that are left of the epoch, each as the state after it. */
  async *#steps(start: TrainingState, speed: Throughput, signal?: AbortSignal): AsyncGenerator<TrainingState> {
    const { objective, training } = this.#parts;
    const {
      samplesPerBatch,
      batchesPerStep,
      seed,
      schedule,
      learningRate: peak,
      epochs,
      maximumGradientNorm,
      precision,
      shareAsvs,
    } = this.#options;
    const totalUpdates = this.#size.stepsPerEpoch * epochs;
    let state = start;
    const startBatch = state.step * batchesPerStep;
    const place = { startBatch, epoch: state.epoch, shuffle: true, seed };
    const batches = sampleBatches(training, { ...this.#reading, ...place, samplesPerBatch, signal });
    const kept = watched(batches, () => this.#keep(state, signal));
    for await (const group of groupsOf(kept, batchesPerStep)) {
      const update = state.update + 1;
      const learningRate = rateOfUpdate(schedule, update, { learningRate: peak, totalUpdates, plateau: state.plateau });
      const sums = await takeStep(group, state.sums, {
        objective,
        optimiser: this.#optimiser,
        fixedAsvs: objective.hasFixedAsvs ? this.#embeddings : undefined,
        seed,
        update,
        learningRate,
        maximumGradientNorm,
        precision,
        shareAsvs,
      });
      speed.add(sums.sampleCount - state.sums.sampleCount);
      state = { ...state, step: state.step + 1, update, sums, learningRate };
      yield state;
    }
  }

  async #validate(
    state: TrainingState,
    signal: AbortSignal | undefined,
    onBatch: (done: number, all: number) => Promise<void>,
  ): Promise<Scores | undefined> {
    const { objective, validation } = this.#parts;
    if (validation === undefined) return undefined;
    const { seed, samplesPerBatch } = this.#options;
    if (!objective.hasFixedAsvs) this.#embeddings.clear();
    return evaluate(objective, validation, {
      ...this.#reading,
      embeddings: this.#embeddings,
      seed,
      samplesPerBatch,
      signal,
      onFailure: () => this.#keep(state, signal),
      onBatch: (done) => onBatch(done, batchCount(validation.sampleCount, { samplesPerBatch })),
    });
  }

  /** Keeps what is done when samples cannot be read, because the run was stopped or their file is damaged. */
  async #keep(state: TrainingState, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) await this.#abort(state, signal);
    await this.#writeLast(state);
  }

  /** Writes everything that a run goes on from. */
  async #writeLast(state: TrainingState): Promise<void> {
    await this.#write('last', state);
    await this.#embeddingFile?.save();
  }

  async #write(which: keyof CheckpointPaths, state: TrainingState): Promise<void> {
    if (this.#paths !== undefined) await writeCheckpoint(this.#paths[which], captureRun(this.#parts, state));
  }

  async #abort(state: TrainingState, signal: AbortSignal): Promise<never> {
    await this.#writeLast(state);
    const where = `in epoch ${state.epoch + 1} after ${state.update} updates`;
    const remedy =
      this.#paths === undefined
        ? 'nothing was written'
        : `go on from "${this.#paths.last}" with the same inputs and options`;
    throw trainError('RUN_ABORTED', `Trainer: stopped ${where}; ${remedy}.`, {
      details: { checkpoint: this.#paths?.last, epoch: state.epoch, step: state.step, update: state.update },
      cause: signal.reason,
    });
  }
}

function stepsPerCheckpoint({ stepsPerCheckpoint: steps = Number.POSITIVE_INFINITY }: TrainerOptions): number {
  if (steps === Number.POSITIVE_INFINITY || (Number.isInteger(steps) && steps >= 1)) return steps;
  throw trainError('TRAINING_OPTIONS', `Trainer: stepsPerCheckpoint is ${steps}; give an integer from 1.`);
}

function asvCacheOf({ asvCache }: TrainerOptions, { hasFixedAsvs }: TrainingObjective): string | undefined {
  if (asvCache === undefined || hasFixedAsvs) return asvCache;
  const message =
    'Trainer: asvCache keeps embeddings of ASVs, and the level that makes them is trained; freeze it, or leave it out.';
  throw trainError('TRAINING_OPTIONS', message, { details: { option: 'asvCache' } });
}
