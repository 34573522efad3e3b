// Floats out of stored tensors, half precision included. It knows no models.
import type { StoredTensor } from './safetensors.js';

/** The elements as 32- or 64-bit floats; undefined if the tensor holds integers. */
export function storedFloats(stored: StoredTensor): Float32Array | Float64Array | undefined {
  switch (stored.dtype) {
    case 'F64':
    case 'F32':
      return stored.data;
    case 'BF16':
      return Float32Array.from(halfWords(stored.data), bfloat16);
    case 'F16':
      return Float32Array.from(halfWords(stored.data), float16);
    default:
      return undefined;
  }
}

function halfWords(bytes: Uint8Array): Uint16Array {
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i]! | (bytes[2 * i + 1]! << 8));
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The upper half of a 32-bit float. */
function bfloat16(word: number): number {
  bits[0] = word << 16;
  return float[0]!;
}

/** IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
function float16(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 0x1f;
  const fraction = (word & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}
