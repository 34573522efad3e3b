// How an operation calls the addon. It knows no particular operation.
import { callNative, type NativeAddon, type TensorHandle } from '../native.js';
import { fromHandle, handleOf, type Tensor } from '../tensor.js';

type Inputs = readonly (Tensor | undefined)[];

type Handles<T extends Inputs> = { -readonly [K in keyof T]: TensorHandle | Exclude<T[K], Tensor> };

/**
 * Runs `op` of the addon on the handles of `inputs`; a disposed one is an error in the name of `op`.
 */
export function apply<const T extends Inputs>(
  op: string,
  inputs: T,
  run: (addon: NativeAddon, handles: Handles<T>) => TensorHandle,
): Tensor {
  const handles = inputs.map((input) => (input === undefined ? input : handleOf(input, op))) as Handles<T>;
  return fromHandle(callNative((addon) => run(addon, handles)));
}

/** {@link apply} for any number of tensors. */
export function applyMany(
  op: string,
  inputs: readonly Tensor[],
  run: (addon: NativeAddon, handles: TensorHandle[]) => TensorHandle,
): Tensor {
  const handles = inputs.map((input) => handleOf(input, op));
  return fromHandle(callNative((addon) => run(addon, handles)));
}
