// Between a run in memory and its checkpoint: everything out, and everything back in, bit by bit.
import { createHash, type Hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type BlockShuffle, blockShuffle, type SampleDataset, type StreamedBatchesOptions } from '@seq/data';
import { stateDict } from '@seq/model';
import type { Optimiser } from '@seq/tensor';
import type { Checkpoint, CheckpointDescription, DataSettings } from '../checkpoint/checkpoint.js';
import { restoreWeights } from '../checkpoint/restore-weights.js';
import { trainError } from '../errors.js';
import { softwareVersion } from '../version.js';
import type { TrainingObjective } from './objective.js';
import type { ResolvedTrainingOptions } from './training-options.js';
import type { TrainingState } from './training-state.js';

/** What a checkpoint of a run is made of, besides the state. */
export interface RunParts {
  readonly objective: TrainingObjective;
  readonly optimiser: Optimiser;
  readonly options: ResolvedTrainingOptions;
  readonly training: SampleDataset;
  readonly validation: SampleDataset | undefined;
  /** Fingerprint of the names of all samples. */
  readonly samples: string;
  /** How samples are shuffled by blocks; undefined where all are shuffled together. */
  readonly blocks: ShuffledBlocks | undefined;
}

/** How the samples of a run are shuffled by blocks, as far as they are. */
export interface ShuffledBlocks {
  readonly training?: BlockShuffle | undefined;
  readonly validation?: BlockShuffle | undefined;
}

/** What identifies the samples of a run and the order in which it visits them. */
export function identifySamples(
  { training, validation }: Pick<RunParts, 'training' | 'validation'>,
  reading: Pick<StreamedBatchesOptions, 'blocksPerBuffer'>,
): Pick<RunParts, 'samples' | 'blocks'> {
  const blocks = {
    training: blockShuffle(training, reading),
    validation: validation && blockShuffle(validation, reading),
  };
  const hasBlocks = blocks.training !== undefined || blocks.validation !== undefined;
  return { samples: fingerprint({ training, validation }), blocks: hasBlocks ? blocks : undefined };
}

/** A run that goes on may be given other values of these. */
const FREE_OPTIONS: ReadonlySet<string> = new Set(['epochs', 'patience']);

/** The checkpoint of a run as it stands now. */
export function captureRun(parts: RunParts, state: TrainingState): Checkpoint {
  const { objective, optimiser } = parts;
  const description = {
    ...objective.describe(),
    data: dataSettings(parts.training),
    software: { name: '@seq/train', version: softwareVersion },
    training: { options: recordOfOptions(parts), samples: parts.samples, state },
  } as CheckpointDescription;
  return { ...description, weights: stateDict(objective.store), optimiser: optimiser.state() };
}

/**
 * Puts a run where a checkpoint left it.
 *
 * @returns where that was.
 * @throws SeqError `CHECKPOINT_MISMATCH` if model, data, options or samples are others; nothing is changed then.
 */
export function restoreRun(parts: RunParts, checkpoint: Checkpoint): TrainingState {
  const { objective, optimiser } = parts;
  const { kind, model } = objective.describe();
  if (checkpoint.training === null) throw mismatch('it was not written by a run', 'take the last checkpoint of a run');
  if (checkpoint.kind !== kind) throw mismatch(`it holds a ${checkpoint.kind}, the run trains a ${kind}`, REPEAT);
  refuseDifferences('model', { ...checkpoint.model }, { ...model });
  refuseDifferences('data', { ...checkpoint.data }, { ...dataSettings(parts.training) });
  const { options, samples, state } = checkpoint.training;
  refuseDifferences('options', options, recordOfOptions(parts), FREE_OPTIONS);
  if (samples !== parts.samples) throw mismatch('its samples are others', REPEAT);
  restoreWeights(objective.store, checkpoint.weights);
  optimiser.load(checkpoint.optimiser);
  return state;
}

/** The settings of a dataset as plain data that survives JSON. */
function dataSettings({ settings }: SampleDataset): DataSettings {
  return { ...settings, rarefactionDepth: settings.rarefactionDepth ?? null };
}

const REPEAT = 'give the inputs and options of the interrupted run';

function recordOfOptions({ options, blocks, objective, training }: RunParts): Readonly<Record<string, unknown>> {
  const record = {
    ...{ ...options, ...(blocks === undefined ? {} : { blocks }), ...objective.settings },
    ...augmentationRecord(training),
  };
  return JSON.parse(JSON.stringify(record)) as Record<string, unknown>;
}

/** How samples are changed in training, where they are. */
function augmentationRecord({ augmentation }: SampleDataset): Readonly<Record<string, unknown>> {
  const steps = augmentation?.steps.map(({ name, settings }) => ({ name, ...settings })) ?? [];
  return steps.length === 0 ? {} : { augmentation: steps };
}

/** Of the names as JSON, one after the other: a text of all would take more memory than a large run has to spare. */
function fingerprint({ training, validation }: Pick<RunParts, 'training' | 'validation'>): string {
  const hash = createHash('sha256').update('[');
  addNames(hash, training.sampleIds);
  hash.update(',');
  if (validation === undefined) hash.update('null');
  else addNames(hash, validation.sampleIds);
  return hash.update(']').digest('hex');
}

function addNames(hash: Hash, names: readonly string[]): void {
  hash.update('[');
  names.forEach((name, i) => {
    hash.update(`${i === 0 ? '' : ','}${JSON.stringify(name)}`);
  });
  hash.update(']');
}

function refuseDifferences(
  what: string,
  found: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
  free: ReadonlySet<string> = new Set(),
): void {
  const plain = JSON.parse(JSON.stringify(wanted)) as Record<string, unknown>;
  const names = [...new Set([...Object.keys(found), ...Object.keys(plain)])].filter((name) => !free.has(name));
  const different = names.filter((name) => !isDeepStrictEqual(found[name], plain[name]));
  if (different.length === 0) return;
  const shown = different
    .slice(0, 3)
    .map((name) => `${name} was ${JSON.stringify(found[name])} and is ${JSON.stringify(plain[name])}`);
  throw mismatch(`its ${what} differ (${shown.join('; ')})`, REPEAT);
}

function mismatch(found: string, remedy: string): Error {
  return trainError('CHECKPOINT_MISMATCH', `Trainer: the run cannot go on from the checkpoint: ${found}; ${remedy}.`);
}
