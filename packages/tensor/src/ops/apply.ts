// How an operation calls the addon. It knows no particular operation.
import { callNative, type NativeAddon, SeqError, type TensorHandle } from '../native.js';
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
  return fromHandle(called(handles, (addon) => run(addon, handles)));
}

/** {@link apply} for any number of tensors. */
export function applyMany(
  op: string,
  inputs: readonly Tensor[],
  run: (addon: NativeAddon, handles: TensorHandle[]) => TensorHandle,
): Tensor {
  const handles = inputs.map((input) => handleOf(input, op));
  return fromHandle(called(handles, (addon) => run(addon, handles)));
}

/** Runs `work`; an error about dtypes then names those of all inputs, and the details of every error have them. */
function called(handles: readonly unknown[], work: (addon: NativeAddon) => TensorHandle): TensorHandle {
  try {
    return callNative(work);
  } catch (error) {
    if (!(error instanceof SeqError)) throw error;
    const inputs = handles.filter(isHandle).map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`);
    const told = error.code === 'TENSOR_DTYPE' ? ` (inputs: ${inputs.join(', ')})` : '';
    throw new SeqError(error.code, `${error.message}${told}`, {
      details: { ...error.details, inputs },
      cause: error.cause,
    });
  }
}

function isHandle(input: unknown): input is TensorHandle {
  return typeof input === 'object' && input !== null && 'dtype' in input && 'shape' in input;
}
