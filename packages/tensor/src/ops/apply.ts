// How an operation calls the addon. It knows no particular operation.
import { callNative, type NativeAddon, SeqError, type TensorHandle } from '../native.js';
import { fromHandle, handleOf, type Tensor } from '../tensor.js';
import { tidy } from '../tidy.js';

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
  return fromHandle(named(op, handles, () => callNative((addon) => run(addon, handles))));
}

/** {@link apply} for any number of tensors. */
export function applyMany(
  op: string,
  inputs: readonly Tensor[],
  run: (addon: NativeAddon, handles: TensorHandle[]) => TensorHandle,
): Tensor {
  const handles = inputs.map((input) => handleOf(input, op));
  return fromHandle(named(op, handles, () => callNative((addon) => run(addon, handles))));
}

/** Runs `work`, which makes `op` of other operations; its errors are in the name of `op`, as those of {@link apply}. */
export function composed(op: string, inputs: readonly Tensor[], work: () => Tensor): Tensor {
  const handles = inputs.map((input) => handleOf(input, op));
  return named(op, handles, () => tidy(work));
}

/** Who speaks: some operations share the code that refuses. */
const SUBJECT = /^\w+(?=: )/;

/** Errors whose reason lies in what the inputs are; those get all shapes and dtypes. */
const ABOUT_INPUTS: readonly string[] = ['TENSOR_SHAPE', 'TENSOR_DTYPE', 'TENSOR_INDEX', 'TENSOR_VALUE'];

/** Runs `work`; an error then is in the name of `op` and tells dtypes and shapes of all inputs, as its details do. */
function named<T>(op: string, handles: readonly unknown[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SeqError)) throw error;
    const inputs = handles.filter(isHandle).map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`);
    const told = ABOUT_INPUTS.includes(error.code) ? ` (inputs: ${inputs.join(', ')})` : '';
    throw new SeqError(error.code, `${op}${error.message.replace(SUBJECT, '')}${told}`, {
      details: { ...error.details, inputs },
      cause: error.cause,
    });
  }
}

function isHandle(input: unknown): input is TensorHandle {
  return typeof input === 'object' && input !== null && 'dtype' in input && 'shape' in input;
}
