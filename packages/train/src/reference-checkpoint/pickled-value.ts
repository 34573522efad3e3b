// What a pickle of plain data and tensors may hold. It knows no bytes.

/** A value of a pickle: what JSON has, tuples as arrays, bytes, dictionaries as maps, and tensors. */
export type PickledValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickledTensor
  | readonly PickledValue[]
  | ReadonlyMap<PickledValue, PickledValue>;

/** A view of a stored array that has not been read yet. */
export class PickledTensor {
  /**
   * @param storage - the array it looks into.
   * @param offset - its first element.
   * @param shape - sizes of its axes.
   * @param strides - elements from one index to the next of each axis.
   */
  constructor(
    readonly storage: PickledStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** An array of the archive that a pickle names. */
export interface PickledStorage {
  /** Element type by PyTorch's name of the storage, such as `FloatStorage`. */
  readonly type: string;
  /** Name of its member in the folder `data`. */
  readonly key: string;
  /** Number of its elements. */
  readonly length: number;
}

/** What was found in a pickle that is damaged or asks for more than data; completes "the pickle ...". */
export class PickleRefusal extends Error {}
