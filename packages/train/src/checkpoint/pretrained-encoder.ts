// The weights of a pre-trained encoder, from a checkpoint of ours or a state dict of the reference.
import { type EncoderConfig, readSafetensors, type StoredTensor } from '@seq/model';
import type { ParameterStore } from '@seq/tensor';
import { trainError } from '../errors.js';
import type { DataSettings } from './checkpoint.js';
import { CHECKPOINT_FORMAT, decodeCheckpoint, readCheckpointBytes } from './checkpoint-file.js';
import { withoutObjective } from './model-from-checkpoint.js';
import { restoreWeights } from './restore-weights.js';

/** What {@link readPretrainedEncoder} finds in a file. */
export interface PretrainedEncoder {
  /** Where it came from, for errors. */
  readonly path: string;
  /** Parameters by the names of an encoder. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** Configuration of the encoder; `undefined` for a state dict of the reference, which does not say. */
  readonly config: EncoderConfig | undefined;
  /** How samples became batches; `undefined` for a state dict of the reference. */
  readonly data: DataSettings | undefined;
}

/** Heads of an encoder that a predictor may lack. */
const HEADS = ['sample_encoder.asv_encoder.nucleotide_head.', 'output_head.'];

/**
 * Reads the encoder that a pre-training wrote, or a safetensors file with a raw state dict of the reference; names may
 * start with `_orig_mod.` and `module.`, which PyTorch adds.
 *
 * @throws SeqError `CHECKPOINT_MISMATCH` for the checkpoint of a predictor; otherwise as `readCheckpoint`.
 */
export async function readPretrainedEncoder(path: string): Promise<PretrainedEncoder> {
  const bytes = await readCheckpointBytes(path);
  const raw = rawStateDict(bytes);
  if (raw !== undefined) return { path, weights: raw, config: undefined, data: undefined };
  const checkpoint = decodeCheckpoint(bytes, path);
  if (checkpoint.kind !== 'encoder') {
    throw trainError(
      'CHECKPOINT_MISMATCH',
      `readPretrainedEncoder: "${path}" holds a ${checkpoint.kind}, an encoder is needed; give a checkpoint that ` +
        'pre-training wrote.',
      { details: { path, kind: checkpoint.kind } },
    );
  }
  return { path, weights: withoutObjective(checkpoint.weights), config: checkpoint.model, data: checkpoint.data };
}

/**
 * Sets the base model of a predictor.
 *
 * @param store - parameters of a predictor, or of an encoder with `prefix` empty.
 * @param encoder - what {@link readPretrainedEncoder} gave.
 * @param options - `prefix`: where the base model's names start. Default `base_model.`.
 * @throws SeqError `CHECKPOINT_MISMATCH` naming the first differences of names and shapes; nothing is set then. Only
 * heads of the encoder that the predictor has not may be left over.
 */
export function loadPretrainedEncoder(
  store: ParameterStore,
  { path, weights }: PretrainedEncoder,
  { prefix = 'base_model.' }: { readonly prefix?: string } = {},
): void {
  const known = new Set(store.names());
  const isLeftOver = (name: string): boolean =>
    HEADS.some((head) => name.startsWith(head)) && !known.has(prefix + name);
  const used = new Map([...weights].filter(([name]) => !isLeftOver(name)));
  restoreWeights(store, used, { source: `"${path}"`, prefix });
}

/** The tensors of a safetensors file that no checkpoint of ours is; `undefined` for anything else. */
function rawStateDict(bytes: Uint8Array): ReadonlyMap<string, StoredTensor> | undefined {
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    if (metadata.get('format') === CHECKPOINT_FORMAT) return undefined;
    return new Map(
      [...tensors].map(([name, tensor]) => [name.replace(/^_orig_mod\./, '').replace(/^module\./, ''), tensor]),
    );
  } catch {
    return undefined;
  }
}
