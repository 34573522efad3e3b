// A stable 64-bit number of a text, so that draws can be tied to an id instead of a position.

const encoder = new TextEncoder();
const primeLow = 0x1b3;
const word = 2 ** 32;

/**
 * FNV-1a of the UTF-8 bytes of a text, 64 bits as two words.
 *
 * @see Fowler, Noll & Vo, "The FNV Non-Cryptographic Hash Algorithm", draft-eastlake-fnv
 */
export function hashText(text: string): { readonly low: number; readonly high: number } {
  let low = 0x84222325;
  let high = 0xcbf29ce4;
  for (const byte of encoder.encode(text)) {
    low = (low ^ byte) >>> 0;
    // The prime is 2^40 + 0x1b3, so the upper word also gets the lower one shifted by 8.
    const product = low * primeLow;
    high = (Math.imul(high, primeLow) + Math.floor(product / word) + (low << 8)) >>> 0;
    low = product % word;
  }
  return { low, high };
}
