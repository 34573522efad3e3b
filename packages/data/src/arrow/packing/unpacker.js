// Unpacks the buffers of Arrow and the pages of Parquet files, within bounds: a few bytes may claim to be gigabytes.
// Plain JavaScript, since worker threads load it. Knows no columns.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { lz4Block, lz4Frame, lz4OfParquet } from './lz4.js';
import { zstdFrame } from './zstd.js';

/** What is unpacked for one batch of rows stays below this, or below so many times the size of the file. */
const mostBytes = 2 ** 28;
const mostExpansion = 200;
/** Arrow writes the unpacked length in front of each buffer. */
const prefixBytes = 8;

/** Unpacks what one file holds. */
export class Unpacker {
  #most;
  #left;

  constructor(fileBytes) {
    this.#most = Math.max(mostBytes, fileBytes * mostExpansion);
    this.#left = this.#most;
  }

  /** Begins another batch of rows; those before are gone. */
  beginBatch() {
    this.#left = this.#most;
  }

  /** Tells the Arrow library, which has none of its own, how buffers are unpacked. */
  register({ compressionRegistry, CompressionType }) {
    for (const [type, unpack] of [
      [CompressionType.LZ4_FRAME, lz4Frame],
      [CompressionType.ZSTD, zstdFrame],
    ]) {
      compressionRegistry.set(type, { decode: (packed) => unpack(packed, this.#claimed(lengthBefore(packed))) });
    }
  }

  /** Codecs as the Parquet library takes them; each is given the bytes of a page and how many they become. */
  codecs(snappyUncompress) {
    const bounded = (unpack) => (packed, size) => unpack(packed, this.#claimed(size));
    const ofNode = (unpack) => (packed, size) => unpack(packed, { maxOutputLength: Math.max(size, 1) });
    return {
      SNAPPY: bounded((packed, size) => {
        const output = new Uint8Array(size);
        snappyUncompress(packed, output);
        return output;
      }),
      GZIP: bounded(ofNode(gunzipSync)),
      BROTLI: bounded(ofNode(brotliDecompressSync)),
      ZSTD: bounded(zstdFrame),
      LZ4: bounded(lz4OfParquet),
      LZ4_RAW: bounded(lz4Block),
    };
  }

  #claimed(size) {
    if (!(size >= 0 && size <= this.#left)) throw new Error(`packed data claim ${size} bytes, which is too much`);
    this.#left -= size;
    return size;
  }
}

/** The unpacked length of a buffer, which the library has cut off in front of it. */
function lengthBefore(packed) {
  return Number(new DataView(packed.buffer, packed.byteOffset - prefixBytes, prefixBytes).getBigInt64(0, true));
}
