// Texts of any length, which HDF5 keeps apart from the data set that names them. Knows no data sets.
// Format: HDF5 File Format Specification 3.0, III.E.
import { isAscii, isUtf8 } from 'node:buffer';
import { requireDirect } from './beyond-direct-reading.js';
import type { FileBytes } from './file-bytes.js';
import { requireSignature, uint64 } from './object-header.js';

const mostCollectionBytes = 64 * 2 ** 20;
const mostTogetherBytes = 4 * mostCollectionBytes;

/** A piece of the file with texts. */
interface Collection {
  readonly bytes: Buffer;
  /** All bytes as one text, if every byte is a letter of its own; else undefined. */
  readonly ascii: string | undefined;
  /** First byte of each text by its index; 0 where there is none. */
  readonly starts: Uint32Array;
  /** Bytes of each text by its index. */
  readonly lengths: Uint32Array;
}

/** The texts of references that lie one after the other: length, address of the collection, index in it. */
export async function readVariableTexts(bytes: FileBytes, references: ArrayBuffer): Promise<string[]> {
  const words = new Uint32Array(references);
  const collections = new Map<number, Collection>();
  let size = 0;
  for (const address of addressesOf(words)) {
    const collection = await readCollection(bytes, address);
    collections.set(address, collection);
    size += collection.bytes.length;
    requireDirect(size <= mostTogetherBytes, 'very large collections of texts');
  }
  return followed(words, collections);
}

/** Address in a reference. */
const addressAt = (words: Uint32Array, at: number): number => words[at + 1]! + words[at + 2]! * 2 ** 32;

/** Every collection that is referred to, once. */
function addressesOf(words: Uint32Array): ReadonlySet<number> {
  const addresses = new Set<number>();
  let last = -1;
  for (let at = 0; at < words.length; at += 4) {
    if (words[at] === 0) continue;
    const address = addressAt(words, at);
    if (address !== last) addresses.add(address);
    last = address;
  }
  return addresses;
}

function followed(words: Uint32Array, collections: ReadonlyMap<number, Collection>): string[] {
  const texts = new Array<string>(words.length / 4);
  let collection: Collection | undefined;
  let last = -1;
  for (let at = 0; at < words.length; at += 4) {
    const length = words[at]!;
    const address = addressAt(words, at);
    if (address !== last) collection = collections.get(address);
    last = address;
    texts[at / 4] = length === 0 ? '' : textOf(collection!, words[at + 3]!, length);
  }
  return texts;
}

async function readCollection(bytes: FileBytes, address: number): Promise<Collection> {
  const prefix = await bytes.view(address, 16);
  requireSignature(prefix, 'GCOL');
  const size = uint64(prefix, 8);
  requireDirect(size <= mostCollectionBytes && size % 8 === 0, 'a collection of texts of an odd size');
  const view = await bytes.view(address, size);
  // A copy, since words start at multiples of four and collections anywhere, and since it is written to.
  const content = Buffer.from(new Uint8Array(view.buffer, view.byteOffset, size).slice().buffer);
  const places = takePlaces(new Uint32Array(content.buffer, content.byteOffset, size / 4));
  return { bytes: content, ascii: isAscii(content) ? content.toString('latin1') : undefined, ...places };
}

/**
 * Where texts lie: each stands behind four words, which are its index, nothing, and its length in two. They are overwritten
 * with zeros, so that only texts are left. One plain loop, since most files are read before anything in here is compiled.
 */
function takePlaces(words: Uint32Array): Pick<Collection, 'starts' | 'lengths'> {
  words.fill(0, 0, 4);
  let [starts, lengths] = [new Uint32Array(256), new Uint32Array(256)];
  for (let at = 4; at + 4 <= words.length; ) {
    const index = words[at]! & 0xffff;
    if (index === 0) {
      // From here on the collection is free.
      words.fill(0, at);
      break;
    }
    if (index >= starts.length) [starts, lengths] = [longer(starts, index), longer(lengths, index)];
    const length = words[at + 2]!;
    starts[index] = (at + 4) * 4;
    lengths[index] = length;
    requireDirect(words[at + 3] === 0, 'a very long text');
    words[at] = 0;
    words[at + 1] = 0;
    words[at + 2] = 0;
    at += 4 + 2 * ((length + 7) >>> 3);
    requireDirect(at <= words.length, 'a text beyond its collection');
  }
  return { starts, lengths };
}

/** The same numbers with room for a further index. */
function longer(numbers: Uint32Array, index: number): Uint32Array<ArrayBuffer> {
  const room = new Uint32Array(Math.max(index + 1, 2 * numbers.length));
  room.set(numbers);
  return room;
}

function textOf({ bytes, ascii, starts, lengths }: Collection, index: number, length: number): string {
  const start = starts[index] ?? 0;
  requireDirect(start > 0 && length <= lengths[index]!, 'a text that is not there');
  if (ascii === undefined) {
    const text = bytes.subarray(start, start + length);
    requireDirect(isUtf8(text), 'a text that is no UTF-8');
    return text.toString('utf8').split('\0', 1)[0]!;
  }
  // As for the library, a text ends at its first NUL.
  const end = ascii.indexOf('\0', start);
  return ascii.slice(start, end === -1 ? start + length : Math.min(end, start + length));
}
