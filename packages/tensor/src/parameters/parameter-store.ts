// The parameters of one model by name: values, gradients, what trains. It knows no module and no optimiser.
import { requireInteger, requireSeed, requireShape } from '../argument-checks.js';
import { type FloatData, type FloatDType, type NumberArray, toTensorData } from '../dtype.js';
import { callNative, type ParameterStoreHandle, type TensorHandle } from '../native.js';
import { fromParameterHandle, type Tensor } from '../tensor.js';
import type { ParameterInit } from './parameter-init.js';
import { ParameterScope } from './parameter-scope.js';

let readStore: (store: ParameterStore) => ParameterStoreHandle;

/** Options of {@link ParameterStore}. */
export interface ParameterStoreOptions {
  /** Type of all values; `float64` is for checks. Default `float32`. */
  readonly dtype?: FloatDType;
  /** Seed of the initial values, an integer from 0 to 2^53 - 1. */
  readonly seed: number;
}

/**
 * The parameters of one model. Values and gradients lie end to end in one flat buffer each, in the order of declaration.
 */
export class ParameterStore {
  /** Type of all values. */
  readonly dtype: FloatDType;
  /** Seed of the initial values. */
  readonly seed: number;
  readonly #handle: ParameterStoreHandle;

  /** @throws SeqError `TENSOR_VALUE` for a seed out of range. */
  constructor({ dtype = 'float32', seed }: ParameterStoreOptions) {
    this.seed = requireSeed('ParameterStore', seed);
    this.dtype = dtype;
    this.#handle = callNative((addon) => new addon.ParameterStoreHandle(dtype));
  }

  static {
    readStore = (store) => store.#handle;
  }

  /** The root of the names, from which modules declare their parameters. */
  scope(): ParameterScope {
    return new ParameterScope('', (name, shape, init) => this.#declare(name, shape, init));
  }

  #declare(name: string, shape: readonly number[], init: ParameterInit): Tensor {
    const sizes = requireShape('parameters', shape);
    const zeroRows = init.kind === 'normal' ? (init.zeroRows ?? 0) : 0;
    requireInteger('parameters', `zeroRows of "${name}"`, zeroRows, 0, sizes[0] ?? 0);
    const tensor = fromParameterHandle(callNative(() => declare(this.#handle, name, sizes, init, this.seed)));
    if (zeroRows > 0) {
      const rowSize = sizes.slice(1).reduce((product, size) => product * size, 1);
      this.write(name, this.read(name).fill(0, 0, zeroRows * rowSize));
    }
    return tensor;
  }

  /**
   * The tensor of a declared parameter.
   *
   * @throws SeqError `PARAMETER_NAME`
   */
  parameter(name: string): Tensor {
    return fromParameterHandle(callNative(() => this.#handle.tensor(name)));
  }

  /** All names in the order of declaration. */
  names(): string[] {
    return callNative(() => this.#handle.names());
  }

  /**
   * Sizes of the axes of a parameter.
   *
   * @throws SeqError `PARAMETER_NAME`
   */
  shapeOf(name: string): readonly number[] {
    return callNative(() => this.#handle.shapeOf(name));
  }

  /**
   * A copy of a parameter's values, row-major, in an array of the store's dtype.
   *
   * @throws SeqError `PARAMETER_NAME`
   */
  read(name: string): FloatData {
    return callNative(() => this.#handle.read(name)) as FloatData;
  }

  /**
   * Replaces a parameter's values, rounded to the store's dtype. What was recorded before can no longer go backward.
   *
   * @param data - as many numbers as the parameter has, row-major.
   * @throws SeqError `PARAMETER_NAME`; `TENSOR_SHAPE` for another number of elements
   */
  write(name: string, data: NumberArray): void {
    callNative(() => this.#handle.write(name, toTensorData(data, this.dtype)));
  }

  /**
   * A copy of the gradient that arrived since the last {@link ParameterStore.clearGradients}, zeros if none did.
   *
   * @throws SeqError `PARAMETER_NAME`
   */
  gradient(name: string): FloatData {
    return callNative(() => this.#handle.gradient(name)) as FloatData;
  }

  /**
   * Whether a gradient arrived since the last {@link ParameterStore.clearGradients}. A parameter without one is left
   * alone by optimisers.
   *
   * @throws SeqError `PARAMETER_NAME`
   */
  hasGradient(name: string): boolean {
    return callNative(() => this.#handle.hasGradient(name));
  }

  /**
   * Whether a parameter trains. All do at first.
   *
   * @throws SeqError `PARAMETER_NAME`
   */
  isTrainable(name: string): boolean {
    return callNative(() => this.#handle.isTrainable(name));
  }

  /**
   * Lets parameters train or freezes them: a frozen one gets no gradient and no update.
   *
   * @param which - names, or a function that is true for the names that are meant.
   * @returns the number of parameters that are meant.
   * @throws SeqError `PARAMETER_NAME` for a name that is not declared; nothing is changed then.
   */
  setTrainable(which: readonly string[] | ((name: string) => boolean), trainable: boolean): number {
    const names = typeof which === 'function' ? this.names().filter(which) : which;
    for (const name of names) this.isTrainable(name);
    for (const name of names) callNative(() => this.#handle.setTrainable(name, trainable));
    return names.length;
  }

  /** Sets all gradients to zero and forgets which parameters had one. */
  clearGradients(): void {
    callNative(() => this.#handle.clearGradients());
  }

  /** The number of scalars in all parameters. */
  parameterCount(): number {
    const sizes = this.names().map((name) => this.shapeOf(name).reduce((product, size) => product * size, 1));
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

/** The native store. */
export function storeHandleOf(store: ParameterStore): ParameterStoreHandle {
  return readStore(store);
}

function declare(
  store: ParameterStoreHandle,
  name: string,
  shape: number[],
  init: ParameterInit,
  seed: number,
): TensorHandle {
  switch (init.kind) {
    case 'uniform':
      return store.declareUniform(name, shape, seed, init.low, init.high);
    case 'normal':
      return store.declareNormal(name, shape, seed, init.mean, init.standardDeviation);
    case 'constant':
      return store.declareConstant(name, shape, init.value);
  }
}
