// The counter-based generator Philox 4x32-10: four random words as a pure function of a counter and a key.
// Knows nothing of streams, seeds or what the words are for.

const rounds = 10;

/** Upper 32 bits of the product of a word and a multiplier given as two halves; every partial sum fits 32 bits. */
function upperProduct(word: number, low: number, high: number): number {
  const wordLow = word & 0xffff;
  const wordHigh = word >>> 16;
  const middle = (Math.imul(wordHigh, low) + (Math.imul(wordLow, low) >>> 16)) | 0;
  const rest = (Math.imul(wordLow, high) + (middle & 0xffff)) | 0;
  return (Math.imul(wordHigh, high) + (middle >>> 16) + (rest >>> 16)) | 0;
}

/**
 * Writes the four words of a counter and a key to `out`.
 *
 * @param out - at least four elements.
 * @see Salmon, Moraes, Dror & Shaw 2011, doi:10.1145/2063384.2063405
 */
export function philox(
  out: Uint32Array,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
): void {
  // Written out with constants and plain variables, since this is the inner loop of every draw.
  let a = counter0 | 0;
  let b = counter1 | 0;
  let c = counter2 | 0;
  let d = counter3 | 0;
  let k = key0 | 0;
  let l = key1 | 0;
  for (let round = 0; round < rounds; round++) {
    const nextA = upperProduct(c, 0x8d57, 0xcd9e) ^ b ^ k;
    const nextC = upperProduct(a, 0x1f53, 0xd251) ^ d ^ l;
    b = Math.imul(c, 0xcd9e8d57);
    d = Math.imul(a, 0xd2511f53);
    a = nextA;
    c = nextC;
    k = (k + 0x9e3779b9) | 0;
    l = (l + 0xbb67ae85) | 0;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}
