// Between a run in memory and its checkpoint: everything out, and everything back in, bit by bit.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CommunityDataset } from '@seq/data';
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
  readonly training: CommunityDataset;
  readonly validation: CommunityDataset | undefined;
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
    training: { options: recordOfOptions(parts), samples: fingerprint(parts), state },
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
  if (samples !== fingerprint(parts)) throw mismatch('its samples are others', REPEAT);
  restoreWeights(objective.store, checkpoint.weights);
  optimiser.load(checkpoint.optimiser);
  return state;
}

/** The settings of a dataset as plain data that survives JSON. */
function dataSettings({ settings }: CommunityDataset): DataSettings {
  return { ...settings, rarefactionDepth: settings.rarefactionDepth ?? null };
}

const REPEAT = 'give the inputs and options of the interrupted run';

function recordOfOptions({ options, objective }: RunParts): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify({ ...options, ...objective.settings })) as Record<string, unknown>;
}

function fingerprint({ training, validation }: RunParts): string {
  const names = JSON.stringify([training.sampleIds, validation?.sampleIds ?? null]);
  return createHash('sha256').update(names).digest('hex');
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
