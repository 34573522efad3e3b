// Numbers that a vector gives as a formula instead of storing them: an integer hash of index and tensor number.

const INDEX_STEP = 0x9e3779b1;
const TENSOR_STEP = 0x85ebca77;

/** A double in [-1, 1) from the index i of an element, the number k of its tensor and the vector's salt. */
export function hashed(i: number, k: number, salt: number): number {
  let x = (Math.imul(i, INDEX_STEP) + Math.imul(k, TENSOR_STEP) + salt) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  x = (x ^ (x >>> 15)) >>> 0;
  return x / 2 ** 31 - 1;
}

/** float32(base + scale * hash) for every element of a tensor. */
export function closedForm(
  length: number,
  { k, salt, base = 0, scale }: { k: number; salt: number; base?: number; scale: number },
): Float32Array {
  return Float32Array.from({ length }, (_, i) => base + scale * hashed(i, k, salt));
}
