// Reads a safetensors file of expected values into typed arrays.
// Deliberately apart from the reader in @seq/model, which is among the things under test.
import { readFileSync } from 'node:fs';

/** Typed arrays a vector file may hold. */
export type VectorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** One expected tensor. */
export interface VectorTensor {
  /** Name of the element type in the file: `F32`, `F64`, `I32`, `I64`, `U8` or `BOOL`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Elements in row-major order, in the type of the file. */
  readonly data: VectorData;
  /** Elements as numbers; an integer beyond 2^53 throws. */
  toNumbers(): Float64Array;
  /** Elements as 32-bit integers; one that does not fit throws. */
  toInt32(): Int32Array;
}

const readers: Readonly<Record<string, (bytes: ArrayBuffer) => VectorData>> = {
  F32: (bytes) => new Float32Array(bytes),
  F64: (bytes) => new Float64Array(bytes),
  I32: (bytes) => new Int32Array(bytes),
  I64: (bytes) => new BigInt64Array(bytes),
  U8: (bytes) => new Uint8Array(bytes),
  BOOL: (bytes) => new Uint8Array(bytes),
};

/** Tensors of a safetensors file by name. The machine must be little-endian, as the format is. */
export function readVectorTensors(path: string): ReadonlyMap<string, VectorTensor> {
  const file = readFileSync(path);
  const headerBytes = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, 8 + headerBytes).toString('utf8')) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors = new Map<string, VectorTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [start, end] = entry.data_offsets;
    const read = readers[entry.dtype];
    if (read === undefined) throw new Error(`${path}: tensor "${name}" has the unknown type ${entry.dtype}.`);
    const bytes = new Uint8Array(file.subarray(8 + headerBytes + start, 8 + headerBytes + end));
    tensors.set(name, vectorTensor(name, entry.dtype, entry.shape, read(bytes.buffer)));
  }
  return tensors;
}

function vectorTensor(name: string, dtype: string, shape: readonly number[], data: VectorData): VectorTensor {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length)
    throw new Error(`tensor "${name}": shape [${shape}] does not hold ${data.length} elements.`);
  const toNumbers = (): Float64Array => {
    const numbers = Float64Array.from(data as ArrayLike<number | bigint>, Number);
    if (data instanceof BigInt64Array && !numbers.every(Number.isSafeInteger)) {
      throw new Error(`tensor "${name}": an integer beyond 2^53 cannot be a number.`);
    }
    return numbers;
  };
  const toInt32 = (): Int32Array => {
    const numbers = toNumbers();
    const integers = Int32Array.from(numbers);
    if (!numbers.every((value, i) => value === integers[i])) {
      throw new Error(`tensor "${name}": an element is no 32-bit integer.`);
    }
    return integers;
  };
  return { dtype, shape, data, toNumbers, toInt32 };
}
