// Takes numbers and texts from bytes, one after the other. It knows no format.

/** A place in bytes. Reading over the end throws a `RangeError`. */
export class ByteCursor {
  /** The next byte. */
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #text = new TextDecoder();

  /** @param bytes - what to read from. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** An unsigned integer of 1, 2, 4 or 8 bytes, little-endian. */
  unsigned(byteCount: 1 | 2 | 4 | 8): number {
    const at = this.#advance(byteCount);
    if (byteCount === 1) return this.#view.getUint8(at);
    if (byteCount === 2) return this.#view.getUint16(at, true);
    return byteCount === 4 ? this.#view.getUint32(at, true) : Number(this.#view.getBigUint64(at, true));
  }

  /** A signed integer of 4 bytes, little-endian. */
  signed32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** A float of 8 bytes, big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A signed integer of up to 8 bytes in two's complement, little-endian. */
  signed(byteCount: number): number | bigint {
    const bytes = this.slice(byteCount);
    const value = bytes.reduce((sum, byte, i) => sum | (BigInt(byte) << BigInt(8 * i)), 0n);
    const signed = BigInt.asIntN(8 * byteCount, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  /** A text of so many bytes of UTF-8. */
  text(byteCount: number): string {
    return this.#text.decode(this.slice(byteCount));
  }

  /** A text up to the next line end, which is skipped. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new RangeError('no line end');
    const line = this.text(end - this.at);
    this.at = end + 1;
    return line;
  }

  /** The next bytes, not copied. */
  slice(byteCount: number): Uint8Array {
    const at = this.#advance(byteCount);
    return this.#bytes.subarray(at, at + byteCount);
  }

  #advance(byteCount: number): number {
    const at = this.at;
    if (at + byteCount > this.#bytes.length) throw new RangeError('the bytes end here');
    this.at = at + byteCount;
    return at;
  }
}
