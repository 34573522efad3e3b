// The tensor as JavaScript sees it: a shape, a dtype and native memory. It knows no operation.
import { requireShape } from './argument-checks.js';
import { type Device, defaultDevice, requireDevice } from './device.js';
import { type DType, dtypeOf, firstUnfit, type TensorData, type TensorSource, toCrossingData } from './dtype.js';
import { tensorError } from './errors.js';
import { callNative, type NativeAddon, type TensorHandle } from './native.js';
import { track } from './tidy.js';

let makeTensor: (handle: TensorHandle) => Tensor;
let readHandle: (tensor: Tensor, asked: string) => TensorHandle;

/**
 * Dense row-major numbers of one dtype. Never changed after it was made (a parameter's tensor shows the store's present
 * values). Its memory is native: free it with {@link Tensor.dispose}, `using`, or by making it inside `tidy`; a
 * forgotten one is freed when the garbage collector finds it.
 *
 * Made by {@link tensor}, by every operation, and by `ParameterScope.parameter`.
 */
export class Tensor implements Disposable {
  #handle: TensorHandle | undefined;
  #shape: readonly number[] | undefined;

  private constructor(handle: TensorHandle) {
    this.#handle = handle;
  }

  static {
    makeTensor = (handle) => new Tensor(handle);
    readHandle = (tensor, asked) => tensor.#live(asked);
  }

  #live(asked: string): TensorHandle {
    if (this.#handle !== undefined) return this.#handle;
    throw tensorError(
      'TENSOR_DISPOSED',
      `${asked}: the tensor was disposed before. ` +
        'Dispose it later, or return it from the tidy() in which it was made, if it is still needed.',
    );
  }

  /** Sizes of the axes, outermost first; empty for a single number without axes. */
  get shape(): readonly number[] {
    const handle = this.#live('shape');
    this.#shape ??= Object.freeze(handle.shape);
    return this.#shape;
  }

  /** Type of the elements. */
  get dtype(): DType {
    return this.#live('dtype').dtype as DType;
  }

  /** Number of elements, the product of {@link Tensor.shape}. */
  get size(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  /** Where the elements live. */
  get device(): Device {
    return this.#live('device').device as Device;
  }

  /** Whether a gradient would flow to or through this tensor. */
  get needsGradient(): boolean {
    return this.#live('needsGradient').needsGradient;
  }

  /** True once it was disposed; everything else then throws. */
  get isDisposed(): boolean {
    return this.#handle === undefined;
  }

  /**
   * A copy of the elements in row-major order: `Float32Array`, `Float64Array`, `Int32Array` or `Uint8Array`; 16-bit floats
   * are widened to `Float32Array`, which is exact.
   *
   * @throws SeqError `TENSOR_DTYPE` for `int64`, see {@link Tensor.toBigInt64Array}; `TENSOR_DISPOSED`
   */
  toTypedArray(): TensorData {
    const handle = this.#live('toTypedArray');
    const elements = callNative(() => handle.read());
    if (!(elements instanceof BigInt64Array)) return elements;
    throw tensorError(
      'TENSOR_DTYPE',
      'toTypedArray: numbers cannot hold every int64. Read it by toBigInt64Array, or cast it to float64 first.',
    );
  }

  /**
   * A copy of the elements of an `int64` tensor in row-major order.
   *
   * @throws SeqError `TENSOR_DTYPE` for another dtype, `TENSOR_DISPOSED`
   */
  toBigInt64Array(): BigInt64Array {
    const handle = this.#live('toBigInt64Array');
    const elements = callNative(() => handle.read());
    if (elements instanceof BigInt64Array) return elements;
    throw tensorError('TENSOR_DTYPE', `toBigInt64Array: int64 is needed, got ${this.dtype}. Cast it first.`);
  }

  /**
   * The one element of a tensor that has only one.
   *
   * @throws SeqError `TENSOR_SHAPE` if it has another number of elements; `TENSOR_VALUE` for an `int64` beyond 2^53, which
   * no number holds exactly; `TENSOR_DISPOSED`
   */
  item(): number {
    if (this.#live('item') && this.size === 1) {
      if (this.dtype !== 'int64') return this.toTypedArray()[0]!;
      const value = this.toBigInt64Array()[0]!;
      if (Number.isSafeInteger(Number(value))) return Number(value);
      throw tensorError('TENSOR_VALUE', `item: no number holds ${value} exactly. Read it by toBigInt64Array.`);
    }
    const shape = `[${this.shape.join(', ')}]`;
    throw tensorError('TENSOR_SHAPE', `item: one element is needed, got shape ${shape}. Reduce or slice first.`, {
      shape: [...this.shape],
    });
  }

  /**
   * The same numbers without their past: no gradient flows through the result.
   *
   * @throws SeqError `TENSOR_DISPOSED`
   */
  detach(): Tensor {
    const handle = this.#live('detach');
    return fromHandle(callNative(() => handle.detach()));
  }

  /**
   * The same numbers as an input whose gradient `backward` will give.
   *
   * @throws SeqError `TENSOR_DISPOSED`
   */
  variable(): Tensor {
    const handle = this.#live('variable');
    return fromHandle(callNative(() => handle.variable()));
  }

  /** Frees the native memory, unless a recorded operation still needs it. Doing it again does nothing. */
  dispose(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle !== undefined) callNative(() => handle.dispose());
  }

  /** The same as {@link Tensor.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Wraps what the addon returned; the innermost `tidy` owns it. */
export function fromHandle(handle: TensorHandle): Tensor {
  return track(makeTensor(handle));
}

/** Wraps a tensor whose memory a parameter store owns; no `tidy` frees it. */
export function fromParameterHandle(handle: TensorHandle): Tensor {
  return makeTensor(handle);
}

/** The native tensor, for the operation named `asked`. */
export function handleOf(tensor: Tensor, asked: string): TensorHandle {
  return readHandle(tensor, asked);
}

/** Options of {@link tensor}. */
export interface TensorOptions {
  /**
   * Type of the elements. Default: that of the typed array; for plain arrays `float32`, or `int64` if all elements are
   * `bigint`s.
   */
  readonly dtype?: DType;
  /** Where the elements shall live. Default `cpu`. */
  readonly device?: Device;
}

/**
 * Makes a tensor from numbers, which are copied.
 *
 * @param data - the elements in row-major order. Numbers are rounded to `dtype` where it is a float, and must fit where
 * it is an integer; `bigint`s must be in the range of `int64` in any case.
 * @param shape - sizes of the axes; their product is the number of elements. Default: one axis.
 * @throws SeqError `TENSOR_SHAPE` if the number of elements is another; `TENSOR_DTYPE` for an array of a kind that no
 * tensor has and no `dtype`; `TENSOR_VALUE` for a number that an integer dtype cannot hold; `DEVICE_NOT_AVAILABLE`
 * @example
 * const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
 */
export function tensor(
  data: TensorSource,
  shape: readonly number[] = [data.length],
  options: TensorOptions = {},
): Tensor {
  requireDevice('tensor', options.device ?? defaultDevice);
  const dtype = options.dtype ?? dtypeOf(data);
  if (dtype === undefined) {
    throw tensorError(
      'TENSOR_DTYPE',
      `tensor: no dtype has elements of ${kindOf(data)}; say which one with { dtype }.`,
    );
  }
  const unfit = firstUnfit(data, dtype);
  if (unfit >= 0) {
    const found = `${data[unfit]} at position ${unfit}`;
    throw tensorError('TENSOR_VALUE', `tensor: ${dtype} cannot hold ${found}.`, { dtype, position: unfit });
  }
  const elements = toCrossingData(data, dtype);
  const sizes = requireShape('tensor', shape);
  return fromHandle(callNative((addon) => stored(addon, addon.TensorHandle.fromData(elements, sizes), dtype)));
}

/** No typed array holds 16-bit floats, so that these cross as 32-bit ones, or `bigint`s, and are rounded on the other side. */
function stored(addon: NativeAddon, elements: TensorHandle, dtype: DType): TensorHandle {
  if (elements.dtype === dtype) return elements;
  const rounded = addon.cast(elements, dtype);
  elements.dispose();
  return rounded;
}

function kindOf(data: TensorSource): string {
  return Object.prototype.toString.call(data).slice('[object '.length, -1);
}
