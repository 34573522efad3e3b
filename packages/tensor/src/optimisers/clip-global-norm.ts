// Clipping of gradients by their common norm.
import { callNative } from '../native.js';
import { type ParameterStore, storeHandleOf } from '../parameters/parameter-store.js';

/**
 * Multiplies all gradients of a store by maxNorm / (norm + 1e-6) where that is below 1; norm is the Euclidean norm of the
 * gradients of all trainable parameters together.
 *
 * @param maxNorm - positive; `Infinity` only measures.
 * @returns the norm before clipping. If it is not finite, nothing is changed.
 * @throws SeqError `TENSOR_VALUE`
 * @remarks The formula of PyTorch's clip_grad_norm_, but gradients with an infinite or NaN norm are left as they are.
 */
export function clipGlobalNorm(store: ParameterStore, maxNorm: number): number {
  return callNative((addon) => addon.clipGlobalNorm(storeHandleOf(store), maxNorm));
}
