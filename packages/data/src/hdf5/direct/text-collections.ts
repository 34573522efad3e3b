// The pieces of an HDF5 file that hold texts of any length. Knows no data sets.
// Format: HDF5 File Format Specification 3.0, III.E.
import { isAscii, isUtf8 } from 'node:buffer';
import { BeyondDirectReading, requireDirect } from './beyond-direct-reading.js';
import type { FileBytes } from './file-bytes.js';
import { requireSignature, uint64 } from './object-header.js';

const mostCollectionBytes = 64 * 2 ** 20;
const mostTogetherBytes = 4 * mostCollectionBytes;
const prefixBytes = 16;

/** A piece of the file with texts. */
export interface TextCollection {
  /** All bytes as one text, a letter for each. */
  readonly letters: string;
  /** First byte of each text by its index; 0 where there is none. */
  readonly starts: Uint32Array;
  /** Bytes of each text by its index. */
  readonly lengths: Uint32Array;
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
    const letters = bytes.toString('latin1');
    const places = takePlaces(new Uint32Array(bytes.buffer, 0, size / 4));
    const collection = { letters, ...places, isAscii: isAscii(bytes) };
    this.#loaded.set(address, collection);
    return collection;
  }
}

/**
 * Where texts lie: each stands behind four words, which are its index, nothing, and its length in two. They are overwritten
 * with zeros, so that only texts are left. One plain loop, since most files are read before anything in here is compiled.
 */
function takePlaces(words: Uint32Array): Pick<TextCollection, 'starts' | 'lengths'> {
  words.fill(0, 0, 4);
  // Every text takes four words at least.
  const most = Math.min(2 ** 16, words.length / 4 + 1);
  let [starts, lengths] = [new Uint32Array(most), new Uint32Array(most)];
  for (let at = 4; at + 4 <= words.length; ) {
    const index = words[at]! & 0xffff;
    // From here on the collection is free.
    if (index === 0) {
      words.fill(0, at);
      break;
    }
    if (index >= starts.length) [starts, lengths] = [longer(starts), longer(lengths)];
    const length = words[at + 2]!;
    starts[index] = 4 * at + 16;
    lengths[index] = length;
    if (words[at + 3] !== 0) throw new BeyondDirectReading('a very long text');
    words[at] = 0;
    words[at + 1] = 0;
    words[at + 2] = 0;
    at += 4 + 2 * ((length + 7) >>> 3);
    if (at > words.length) throw new BeyondDirectReading('a text beyond its collection');
  }
  return { starts, lengths };
}

/** The same numbers with room for every index. */
function longer(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const room = new Uint32Array(2 ** 16);
  room.set(numbers);
  return room;
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
