// Finds the weights in a file of the reference, whatever is wrapped around them. It builds no model.
import { quotedPath } from '@seq/data/files';
import type { StoredTensor } from '@seq/model';
import { trainError } from '../errors.js';
import { PickledTensor, type PickledValue } from './pickled-value.js';
import { readTorchFile } from './read-torch-file.js';

/** What a file of the reference holds. */
export interface ReferenceStateDict {
  /** Where it came from, for errors. */
  readonly path: string;
  /** Weights by name, without the prefixes of wrappers. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** What `aam train` of the reference notes in `final_model.pt`; empty for its other files. */
  readonly notes: ReadonlyMap<string, PickledValue>;
}

/** What compiling and data parallelism put before every name, the outer one first. */
const wrappers = /^(?:_orig_mod\.|module\.)+/;

/**
 * Reads the weights of a `.pt` file of Attention All Microbes: `best_model.pt`, `final_model.pt`, `pretrained_encoder.pt`,
 * or a bare state dict. Names lose the prefixes `_orig_mod.` and `module.`, which compiling and data parallelism add.
 *
 * @throws SeqError as {@link importReferenceCheckpoint}; `CHECKPOINT_FOREIGN` if there is no state dict in it.
 */
export async function readReferenceStateDict(path: string): Promise<ReferenceStateDict> {
  const file = await readTorchFile(path);
  const found = stateDictIn(file.content);
  if (found === undefined) {
    const message =
      `readReferenceStateDict: ${quotedPath(path)} holds no state dict, neither as "model_state_dict" nor by itself. ` +
      'Give a checkpoint of Attention All Microbes, or torch.save(model.state_dict(), path).';
    throw trainError('CHECKPOINT_FOREIGN', message, { details: { path } });
  }
  const weights = new Map<string, StoredTensor>();
  for (const [name, tensor] of found.tensors) weights.set(name.replace(wrappers, ''), await file.tensor(name, tensor));
  return { path, weights, notes: found.notes };
}

function stateDictIn(
  content: PickledValue,
): { tensors: ReadonlyMap<string, PickledTensor>; notes: ReferenceStateDict['notes'] } | undefined {
  if (!(content instanceof Map)) return undefined;
  const wrapped = content.get('model_state_dict');
  const tensors = namedTensors(wrapped instanceof Map ? wrapped : content);
  if (tensors === undefined) return undefined;
  const config = wrapped instanceof Map ? content.get('config') : undefined;
  return { tensors, notes: config instanceof Map ? namedValues(config) : new Map() };
}

function namedTensors(values: ReadonlyMap<PickledValue, PickledValue>): ReadonlyMap<string, PickledTensor> | undefined {
  const tensors = new Map<string, PickledTensor>();
  for (const [name, value] of values) {
    if (typeof name !== 'string' || !(value instanceof PickledTensor)) return undefined;
    tensors.set(name, value);
  }
  return tensors.size === 0 ? undefined : tensors;
}

function namedValues(values: ReadonlyMap<PickledValue, PickledValue>): ReadonlyMap<string, PickledValue> {
  return new Map([...values].flatMap(([name, value]) => (typeof name === 'string' ? [[name, value] as const] : [])));
}
