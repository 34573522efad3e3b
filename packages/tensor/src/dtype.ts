// The element types of tensors and the typed arrays that carry them. It knows no tensor.

/**
 * Element type of a tensor: floats to compute with, 16-bit floats to store, 32-bit integers for tokens and classes, bytes
 * for masks.
 *
 * `float16` is that of IEEE 754 (11 bits of precision, up to 65,504), `bfloat16` the upper half of a `float32` (8 bits of
 * precision, the same range). Matrix products and linear layers read them as they are and accumulate in `float32`;
 * layout and gathering keep them; everything else wants a `cast` first. Gradients of 16-bit tensors are `float32`.
 */
export type DType = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'int32' | 'uint8';

/** The floats that operations compute in. */
export type FloatDType = 'float32' | 'float64';

/** The elements of a tensor, one kind of array per dtype; those of 16-bit floats are widened to `Float32Array`. */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** The elements of a float tensor. */
export type FloatData = Float32Array | Float64Array;

/** Anything with a length and numbers: typed arrays of any kind and plain arrays. */
export type NumberArray = ArrayLike<number>;

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float32Array,
  bfloat16: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;

const RANGES: Readonly<Partial<Record<DType, readonly [low: number, high: number]>>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
};

/** The dtype that an array's kind stands for; none for kinds that no tensor has. */
export function dtypeOf(data: NumberArray): DType | undefined {
  return (Object.keys(arrays) as DType[]).find((dtype) => data instanceof arrays[dtype]);
}

/** The same numbers in the array of a dtype; the array itself if it already is one. */
export function toTensorData(data: NumberArray, dtype: DType): TensorData {
  const kind = arrays[dtype];
  return data instanceof kind ? data : kind.from(data);
}

/** Position of the first number that the dtype cannot hold, or -1. Floats hold every number, rounded. */
export function firstUnfit(data: NumberArray, dtype: DType): number {
  const range = RANGES[dtype];
  if (range === undefined || data instanceof arrays[dtype]) return -1;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (!(Number.isInteger(value) && value >= range[0] && value <= range[1])) return i;
  }
  return -1;
}
