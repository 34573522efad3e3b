// Weights from a checkpoint into the parameters of a model, all or none.
import type { StoredTensor } from '@seq/model';
import { loadStateDict } from '@seq/model';
import type { ParameterStore } from '@seq/tensor';
import { trainError } from '../errors.js';

/** Options of {@link restoreWeights}. */
export interface RestoreWeightsOptions {
  /** What errors call the checkpoint. Default `the checkpoint`. */
  readonly source?: string;
  /** Put before every name of the checkpoint. Default: nothing. */
  readonly prefix?: string;
}

const SHOWN = 3;

/**
 * Sets every parameter below the prefix.
 *
 * @throws SeqError `CHECKPOINT_MISMATCH` naming the first differences of names and shapes; nothing is set then.
 */
export function restoreWeights(
  store: ParameterStore,
  weights: ReadonlyMap<string, StoredTensor>,
  { source = 'the checkpoint', prefix = '' }: RestoreWeightsOptions = {},
): void {
  const differences = weightDifferences(store, weights, prefix);
  if (differences.length > 0) {
    throw trainError(
      'CHECKPOINT_MISMATCH',
      `restoreWeights: ${source} does not fit the model, ${differences.length} differences ` +
        `(first: ${differences.slice(0, SHOWN).join('; ')}). Build the model with the configuration of the checkpoint.`,
      { details: { differences: differences.slice(0, 20) } },
    );
  }
  loadStateDict(store, weights, { prefix });
}

/** What differs between the parameters below a prefix and stored weights, one phrase each. */
function weightDifferences(
  store: ParameterStore,
  weights: ReadonlyMap<string, StoredTensor>,
  prefix: string,
): readonly string[] {
  const names = store.names().filter((name) => name.startsWith(prefix));
  const known = new Set(names);
  const shown = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
  const ofModel = names.flatMap((name) => {
    const stored = weights.get(name.slice(prefix.length));
    if (stored === undefined) return [`"${name}" is missing`];
    const want = shown(store.shapeOf(name));
    const found = shown(stored.shape);
    return found === want ? [] : [`"${name}" is ${found} instead of ${want}`];
  });
  const extra = [...weights.keys()].filter((name) => !known.has(prefix + name)).map((name) => `"${name}" is unknown`);
  return [...ofModel, ...extra];
}
