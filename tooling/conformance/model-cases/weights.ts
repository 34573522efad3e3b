// Puts the stored weights of a case into a model, by name and completely.
import { loadStateDict, type StoredTensor } from '@seq/model';
import type { ParameterStore } from '@seq/tensor';
import type { VectorTensor } from '../safetensors.js';

/** Loads `weights/`; a name too many or too few fails. */
export function loadWeights(store: ParameterStore, weights: ReadonlyMap<string, VectorTensor>): void {
  loadStateDict(store, new Map([...weights].map(([name, values]) => [name, stored(values)])));
}

function stored({ shape, data }: VectorTensor): StoredTensor {
  if (data instanceof Float32Array) return { dtype: 'F32', shape, data };
  if (data instanceof Float64Array) return { dtype: 'F64', shape, data };
  throw new Error('weights must be floats');
}
