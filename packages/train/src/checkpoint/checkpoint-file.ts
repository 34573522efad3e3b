// Checkpoints as files: one safetensors file with the weights, the moments of the optimiser under a reserved prefix, and
// everything else as JSON in its metadata. It knows no model in memory.
import { readFile } from 'node:fs/promises';
import { parseTargetTransform } from '@seq/data';
import { encoderConfig, predictorConfig, readSafetensors, type StoredTensor, writeSafetensors } from '@seq/model';
import type { FloatData, OptimiserState, ParameterMemory } from '@seq/tensor';
import { trainError } from '../errors.js';
import { writeFileWhole } from '../write-file-whole.js';
import type { Checkpoint, CheckpointDescription } from './checkpoint.js';

/** Name of the format, as the metadata say it. */
export const CHECKPOINT_FORMAT = 'seq-checkpoint';
/** Newest version that this package writes and reads. */
export const CHECKPOINT_VERSION = 1;

const FORMAT_KEY = 'format';
const VERSION_KEY = 'format_version';
const DESCRIPTION_KEY = 'description';
const OPTIMISER_PREFIX = 'optimiser/';

/**
 * Writes a checkpoint: under a temporary name beside `path`, then renamed, so that `path` never holds half of one.
 *
 * @param path - final name; an existing file is replaced, missing folders are made.
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeFileWhole(path, encodeCheckpoint(checkpoint));
}

/**
 * Reads a checkpoint.
 *
 * @throws SeqError `CHECKPOINT_NOT_FOUND`; `CHECKPOINT_FOREIGN` for a file that this package did not write;
 * `CHECKPOINT_VERSION` for one of a newer version; `CHECKPOINT_BROKEN` for a damaged one.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  return decodeCheckpoint(await readCheckpointBytes(path), path);
}

/** The bytes of a file that should be a checkpoint. */
export async function readCheckpointBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const message = `readCheckpoint: "${path}" cannot be read (${(cause as Error).message}); check the path.`;
    throw trainError('CHECKPOINT_NOT_FOUND', message, { details: { path }, cause });
  }
}

/** A checkpoint as the bytes of a file; the same checkpoint always gives the same bytes. */
export function encodeCheckpoint({ weights, optimiser, ...description }: Checkpoint): Uint8Array {
  const tensors = new Map(weights);
  const steps: Record<string, number> = {};
  for (const memory of optimiser) {
    steps[memory.name] = memory.steps;
    for (const [moment, values] of Object.entries(memory.moments)) {
      tensors.set(`${OPTIMISER_PREFIX}${moment}/${memory.name}`, storedFloats(values));
    }
  }
  return writeSafetensors(tensors, {
    metadata: {
      [FORMAT_KEY]: CHECKPOINT_FORMAT,
      [VERSION_KEY]: String(CHECKPOINT_VERSION),
      [DESCRIPTION_KEY]: JSON.stringify({ ...description, optimiserSteps: steps }, refuseNonFinite),
    },
  });
}

/**
 * A checkpoint from the bytes of a file.
 *
 * @param path - what errors call the file.
 * @throws SeqError as {@link readCheckpoint}.
 */
export function decodeCheckpoint(bytes: Uint8Array, path: string): Checkpoint {
  refuseForeignBytes(bytes, path);
  const { tensors, metadata } = readContainer(bytes, path);
  const format = metadata.get(FORMAT_KEY);
  if (format !== CHECKPOINT_FORMAT) {
    throw foreign(path, `a safetensors file of ${format ?? 'unknown origin'}`, 'read its weights with readSafetensors');
  }
  refuseOtherVersion(metadata.get(VERSION_KEY), path);
  const { optimiserSteps, ...description } = parseDescription(metadata.get(DESCRIPTION_KEY), path);
  const weights = new Map([...tensors].filter(([name]) => !name.startsWith(OPTIMISER_PREFIX)));
  return { ...description, weights, optimiser: optimiserState(tensors, optimiserSteps, path) };
}

type StoredDescription = CheckpointDescription & { readonly optimiserSteps: Readonly<Record<string, number>> };

function parseDescription(text: string | undefined, path: string): StoredDescription {
  try {
    const parsed = JSON.parse(text ?? '') as StoredDescription;
    const { kind, model, data, target, optimiserSteps } = parsed;
    if (kind !== 'encoder' && kind !== 'predictor') throw new Error(`its kind is ${JSON.stringify(kind)}`);
    if (kind === 'encoder') encoderConfig(model);
    else predictorConfig(model);
    for (const [field, value] of Object.entries({
      data,
      optimiserSteps,
      ...(kind === 'predictor' ? { target } : {}),
    })) {
      if (typeof value !== 'object' || value === null) throw new Error(`its ${field} is ${JSON.stringify(value)}`);
    }
    if (kind === 'predictor') {
      for (const { transform } of [target, ...Object.values(target.more ?? {})]) parseTargetTransform(transform);
    }
    return parsed;
  } catch (cause) {
    throw broken(path, `its description cannot be used: ${(cause as Error).message}`, cause);
  }
}

function optimiserState(
  tensors: ReadonlyMap<string, StoredTensor>,
  steps: Readonly<Record<string, number>>,
  path: string,
): OptimiserState {
  const memories = new Map<string, ParameterMemory & { moments: Record<string, FloatData> }>();
  for (const [name, count] of Object.entries(steps)) memories.set(name, { name, steps: count, moments: {} });
  for (const [key, { data }] of tensors) {
    if (!key.startsWith(OPTIMISER_PREFIX)) continue;
    const [moment = '', ...rest] = key.slice(OPTIMISER_PREFIX.length).split('/');
    const memory = memories.get(rest.join('/'));
    if (memory === undefined || !(data instanceof Float32Array || data instanceof Float64Array)) {
      throw broken(path, `"${key}" belongs to no parameter`);
    }
    memory.moments[moment] = data;
  }
  return [...memories.values()];
}

function readContainer(bytes: Uint8Array, path: string): ReturnType<typeof readSafetensors> {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    throw broken(path, (cause as Error).message, cause);
  }
}

/** Files that people take for checkpoints, by their first bytes. */
const KNOWN_STARTS: readonly (readonly [readonly number[], string, string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive, as PyTorch writes it', 'import it first: aam import'],
  [[0x89, 0x48, 0x44, 0x46], 'an HDF5 file, as a feature table is', 'give the checkpoint of a run'],
  [[0x80, 0x02], 'a Python pickle', 'save it again with torch.save of PyTorch 1.6 or newer'],
];

/** How many bytes a safetensors file starts with that are never all text: the length of its header. */
const LENGTH_BYTES = 8;
const isTextByte = (byte: number): boolean => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d);

function refuseForeignBytes(bytes: Uint8Array, path: string): void {
  if (bytes.length >= LENGTH_BYTES && bytes.subarray(0, LENGTH_BYTES).every(isTextByte)) {
    throw foreign(path, 'a text file', 'give the checkpoint of a run');
  }
  for (const [start, found, remedy] of KNOWN_STARTS) {
    if (start.every((byte, i) => bytes[i] === byte)) throw foreign(path, found, remedy);
  }
}

function refuseOtherVersion(text: string | undefined, path: string): void {
  const version = Number(text);
  if (version === CHECKPOINT_VERSION) return;
  if (!Number.isInteger(version) || version < CHECKPOINT_VERSION) {
    throw broken(path, `its format version is ${JSON.stringify(text)}`);
  }
  throw trainError(
    'CHECKPOINT_VERSION',
    `readCheckpoint: "${path}" has format version ${version}, this software reads up to ${CHECKPOINT_VERSION}; ` +
      'update the software that reads it.',
    { details: { path, version, newest: CHECKPOINT_VERSION } },
  );
}

function foreign(path: string, found: string, remedy: string): Error {
  const message = `readCheckpoint: "${path}" is ${found}, not a checkpoint of Seq; ${remedy}.`;
  return trainError('CHECKPOINT_FOREIGN', message, { details: { path } });
}

function broken(path: string, found: string, cause?: unknown): Error {
  const message = `readCheckpoint: "${path}" is damaged: ${found.replace(/\.$/, '')}. Take another checkpoint or write it again.`;
  return trainError('CHECKPOINT_BROKEN', message, { details: { path }, cause });
}

function storedFloats(data: FloatData): StoredTensor {
  const shape = [data.length];
  return data instanceof Float64Array ? { dtype: 'F64', shape, data } : { dtype: 'F32', shape, data };
}

/** JSON would turn NaN and infinities into null without a word. */
function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Error(`assert: ${key} is ${value} in a checkpoint`);
  return value;
}
