// The element types of tensors and the typed arrays that carry them. It knows no tensor.

/**
 * Element type of a tensor: floats to compute with, 16-bit floats to store, 32-bit integers for tokens and classes, 64-bit
 * ones for keys and counts beyond those, bytes for masks.
 *
 * `float16` is that of IEEE 754 (11 bits of precision, up to 65,504), `bfloat16` the upper half of a `float32` (8 bits of
 * precision, the same range). Matrix products and linear layers read them as they are and accumulate in `float32`;
 * layout and gathering keep them; everything else wants a `cast` first. Gradients of 16-bit tensors are `float32`.
 *
 * Integers are moved, gathered, compared and cast, not computed with. Those of `int64` reach from -2^63 to 2^63 - 1 and
 * cross as `bigint`s, because numbers are exact only up to 2^53.
 */
export type DType = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'int32' | 'int64' | 'uint8';

/** The floats that operations compute in. */
export type FloatDType = 'float32' | 'float64';

/**
 * The elements of a tensor, one kind of array per dtype but `int64`; those of 16-bit floats are widened to `Float32Array`.
 */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** The elements of a float tensor. */
export type FloatData = Float32Array | Float64Array;

/** Anything with a length and numbers: typed arrays of any kind and plain arrays. */
export type NumberArray = ArrayLike<number>;

/** Numbers, or integers as `bigint`s: what a tensor can be made from. */
export type TensorSource = NumberArray | ArrayLike<bigint>;

/** What crosses to the addon and back. */
export type CrossingData = TensorData | BigInt64Array;

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float32Array,
  bfloat16: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
} as const;

const RANGES: Readonly<Partial<Record<DType, readonly [low: number | bigint, high: number | bigint]>>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0, 255],
};

/** The dtype that an array's kind stands for; none for kinds that no tensor has. */
export function dtypeOf(data: TensorSource): DType | undefined {
  const dtype = (Object.keys(arrays) as DType[]).find((dtype) => data instanceof arrays[dtype]);
  if (dtype !== undefined || !Array.isArray(data)) return dtype;
  return data.length > 0 && data.every((value) => typeof value === 'bigint') ? 'int64' : 'float32';
}

/** The same numbers in the array of a dtype; the array itself if it already is one. */
export function toTensorData(data: NumberArray, dtype: Exclude<DType, 'int64'>): TensorData {
  const kind = arrays[dtype];
  return data instanceof kind ? data : kind.from(data);
}

/**
 * The same numbers in an array that can cross: that of the dtype, or `BigInt64Array` where the numbers are `bigint`s and
 * the addon must round them.
 */
export function toCrossingData(data: TensorSource, dtype: DType): CrossingData {
  if (data instanceof BigInt64Array) return data;
  if (dtype !== 'int64' && !isOfBigInts(data)) return toTensorData(data, dtype);
  return BigInt64Array.from(data, BigInt);
}

function isOfBigInts(data: TensorSource): data is ArrayLike<bigint> {
  return typeof data[0] === 'bigint';
}

/**
 * Position of the first number that the dtype cannot hold, or -1. Floats hold every number, rounded; `bigint`s must be in
 * the range of `int64`.
 */
export function firstUnfit(data: TensorSource, dtype: DType): number {
  const range = RANGES[dtype] ?? (isOfBigInts(data) ? RANGES.int64 : undefined);
  if (range === undefined || data instanceof arrays[dtype]) return -1;
  const isWhole = (value: number | bigint): boolean => typeof value === 'bigint' || Number.isInteger(value);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (!(isWhole(value) && value >= range[0] && value <= range[1])) return i;
  }
  return -1;
}
