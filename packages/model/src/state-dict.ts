// Weights of a model by name: out of its parameters and back into them. It knows no file system.
import { type ParameterStore, SeqError } from '@seq/tensor';
import type { ModelErrorCode } from './errors.js';
import type { StoredTensor } from './safetensors.js';
import { storedFloats } from './stored-floats.js';

/** Options of {@link stateDict}. */
export interface StateDictOptions {
  /** Takes only parameters whose name starts with this, and drops it from their names. Default: all. */
  readonly prefix?: string;
}

/**
 * Copies of all parameters by name, in the dtype of the store.
 *
 * @param store - the parameters of a model.
 */
export function stateDict(store: ParameterStore, { prefix = '' }: StateDictOptions = {}): Map<string, StoredTensor> {
  const names = store.names().filter((name) => name.startsWith(prefix));
  return new Map(
    names.map((name): [string, StoredTensor] => {
      const data = store.read(name);
      const shape = [...store.shapeOf(name)];
      const stored =
        data instanceof Float64Array
          ? ({ dtype: 'F64', shape, data } as const)
          : ({ dtype: 'F32', shape, data } as const);
      return [name.slice(prefix.length), stored];
    }),
  );
}

/** Options of {@link loadStateDict}. */
export interface LoadStateDictOptions {
  /** Put before every given name, such as `base_model.` for an encoder's weights in a predictor. Default: nothing. */
  readonly prefix?: string;
  /** Whether missing and unexpected names are errors. Default true. */
  readonly strict?: boolean;
}

/** Which names a state dict and a model shared. */
export interface LoadReport {
  /** Parameters that were set. */
  readonly loaded: readonly string[];
  /** Parameters of the model (below the prefix) that were not given; they keep their values. */
  readonly missing: readonly string[];
  /** Names given that the model has not. */
  readonly unexpected: readonly string[];
}

/**
 * Sets parameters from a state dict, all or none. Leading `_orig_mod.` and `module.` (in this order), which PyTorch's
 * compiler and wrappers add, are dropped from the given names; floats of any width are converted to the store's dtype.
 *
 * @throws SeqError `STATE_DICT_MISMATCH` if a shape differs, a tensor holds no floats, two names become equal, no name
 * fits, or (when strict) names are missing or unexpected; nothing is set then.
 */
export function loadStateDict(
  store: ParameterStore,
  tensors: ReadonlyMap<string, StoredTensor>,
  { prefix = '', strict = true }: LoadStateDictOptions = {},
): LoadReport {
  const given = renamed(tensors, prefix);
  const expected = store.names().filter((name) => name.startsWith(prefix));
  const known = new Set(expected);
  const loaded = expected.filter((name) => given.has(name));
  const missing = expected.filter((name) => !given.has(name));
  const unexpected = [...given.keys()].filter((name) => !known.has(name));
  refuseShapes(store, given, loaded);
  if (loaded.length === 0 || (strict && missing.length + unexpected.length > 0)) {
    throw mismatch(
      `${loaded.length} of ${expected.length} parameters were given, ` +
        `${listed('missing', missing)}, ${listed('unexpected', unexpected)}`,
      { missing, unexpected },
    );
  }
  for (const name of loaded) store.write(name, storedFloats(given.get(name)!)!);
  return { loaded, missing, unexpected };
}

function renamed(tensors: ReadonlyMap<string, StoredTensor>, prefix: string): Map<string, StoredTensor> {
  const given = new Map<string, StoredTensor>();
  for (const [name, stored] of tensors) {
    const bare = prefix + name.replace(/^_orig_mod\./, '').replace(/^module\./, '');
    if (given.has(bare)) throw mismatch(`two of the given names become "${bare}"`, { name: bare });
    given.set(bare, stored);
  }
  return given;
}

function refuseShapes(store: ParameterStore, given: ReadonlyMap<string, StoredTensor>, names: readonly string[]): void {
  const wrong = names.filter((name) => {
    const stored = given.get(name)!;
    const shape = store.shapeOf(name);
    const isSame = shape.length === stored.shape.length && shape.every((size, i) => size === stored.shape[i]);
    return !isSame || storedFloats(stored) === undefined;
  });
  const [first] = wrong;
  if (first === undefined) return;
  const { dtype, shape } = given.get(first)!;
  throw mismatch(
    `${wrong.length} tensors do not fit (first: "${first}" is ${dtype} [${shape.join(', ')}], ` +
      `the model needs floats [${store.shapeOf(first).join(', ')}])`,
    { mismatched: wrong },
  );
}

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return `none ${what}`;
  return `${names.length} ${what} (first: ${names.slice(0, 3).join(', ')})`;
}

function mismatch(found: string, details: Readonly<Record<string, unknown>>): SeqError<ModelErrorCode> {
  const message = `loadStateDict: ${found}. Build the model with the configuration that the weights were saved with.`;
  return new SeqError<ModelErrorCode>('STATE_DICT_MISMATCH', message, { details });
}
