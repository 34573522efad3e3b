// The pieces of an HDF5 file that hold texts of any length. Knows no data sets.
// Format: HDF5 File Format Specification 3.0, III.E.
import { isAscii, isUtf8 } from 'node:buffer';
import { requireDirect } from './beyond-direct-reading.js';
import type { FileBytes } from './file-bytes.js';
import { requireSignature, uint64 } from './object-header.js';

const mostCollectionBytes = 64 * 2 ** 20;
const mostTogetherBytes = 4 * mostCollectionBytes;
const prefixBytes = 16;

/** A piece of the file with texts. */
export interface TextCollection {
  /** Each text by its index, a letter for each of its bytes; undefined where there is none. */
  readonly texts: readonly (string | undefined)[];
  /** Whether every byte of a text is ASCII. */
  readonly isAscii: boolean;
}

/** The collections of a file that were asked for, by address. */
export class TextCollections {
  readonly #bytes: FileBytes;
  readonly #loaded = new Map<number, TextCollection>();
  #size = 0;
  /** Where collections are copied to, one after the other. */
  #room: Buffer<ArrayBuffer> = Buffer.from(new ArrayBuffer(4096));

  constructor(bytes: FileBytes) {
    this.#bytes = bytes;
  }

  /** The collection at an address, if nothing has to be waited for; undefined otherwise. */
  now(address: number): TextCollection | undefined {
    const known = this.#loaded.get(address);
    if (known !== undefined) return known;
    const prefix = this.#bytes.viewNow(address, prefixBytes);
    return prefix && this.#add(address, this.#bytes.viewNow(address, this.#sizeOf(prefix))!);
  }

  /** The collection at an address. */
  async at(address: number): Promise<TextCollection> {
    const prefix = await this.#bytes.view(address, prefixBytes);
    return this.now(address) ?? this.#add(address, await this.#bytes.view(address, this.#sizeOf(prefix)));
  }

  #sizeOf(prefix: DataView): number {
    requireSignature(prefix, 'GCOL');
    const size = uint64(prefix, 8);
    requireDirect(size <= mostCollectionBytes && size % 8 === 0, 'a collection of texts of an odd size');
    return size;
  }

  #add(address: number, { buffer, byteOffset, byteLength: size }: DataView): TextCollection {
    this.#size += size;
    requireDirect(this.#size <= mostTogetherBytes, 'very large collections of texts');
    if (size > this.#room.length) this.#room = Buffer.from(new ArrayBuffer(size));
    // A copy, since words start at multiples of four and collections anywhere, and since it is written to.
    const bytes = this.#room.subarray(0, size);
    bytes.set(new Uint8Array(buffer, byteOffset, size));
    const texts = takeTexts(bytes.toString('latin1'), new Uint32Array(bytes.buffer, 0, size / 4));
    const collection = { texts, isAscii: isAscii(bytes) };
    this.#loaded.set(address, collection);
    return collection;
  }
}

/**
 * The texts among the letters: each stands behind four words, which are its index, nothing, and its length in two. The words
 * are overwritten with zeros, so that only texts are left. One plain loop, since most files are read before anything in here
 * is compiled.
 */
function takeTexts(letters: string, words: Uint32Array): (string | undefined)[] {
  words.fill(0, 0, 4);
  const texts: (string | undefined)[] = [];
  for (let at = 4; at + 4 <= words.length; ) {
    const index = words[at]! & 0xffff;
    // From here on the collection is free.
    if (index === 0) {
      words.fill(0, at);
      break;
    }
    const length = words[at + 2]!;
    const start = 4 * at + 16;
    requireDirect(words[at + 3] === 0, 'a very long text');
    words[at] = 0;
    words[at + 1] = 0;
    words[at + 2] = 0;
    at += 4 + 2 * ((length + 7) >>> 3);
    requireDirect(at <= words.length, 'a text beyond its collection');
    texts[index] = letters.slice(start, start + length);
  }
  return texts;
}

/** The text of bytes that are told as letters, which are UTF-8. As for the library, it ends at its first NUL. */
export function textOf(letters: string, isPlain: boolean): string {
  const end = letters.indexOf('\0');
  const told = end === -1 ? letters : letters.slice(0, end);
  if (isPlain) return told;
  const text = Buffer.from(told, 'latin1');
  requireDirect(isUtf8(text), 'a text that is no UTF-8');
  return text.toString('utf8');
}
