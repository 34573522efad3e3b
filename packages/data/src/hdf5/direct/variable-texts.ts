// Texts of any length, which HDF5 keeps apart from the data set that names them. Knows no data sets.
// Format: HDF5 File Format Specification 3.0, III.E.
import { isAscii } from 'node:buffer';
import { requireDirect } from './beyond-direct-reading.js';
import type { FileBytes } from './file-bytes.js';
import { requireSignature, uint64 } from './object-header.js';

const mostCollectionBytes = 64 * 2 ** 20;

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
  const texts: string[] = [];
  const collections = new Map<number, Collection>();
  let collection: Collection | undefined;
  let address = -1;
  for (let at = 0; at < words.length; at += 4) {
    const length = words[at]!;
    if (length === 0) {
      texts.push('');
      continue;
    }
    const wanted = words[at + 1]! + words[at + 2]! * 2 ** 32;
    if (collection === undefined || wanted !== address) {
      address = wanted;
      collection = collections.get(wanted) ?? (await readCollection(bytes, wanted));
      collections.set(wanted, collection);
    }
    texts.push(textOf(collection, words[at + 3]!, length));
  }
  // The library ends a text at its first NUL; looking into all at once costs little where there is none.
  return texts.join('').includes('\0') ? texts.map((text) => text.split('\0', 1)[0]!) : texts;
}

async function readCollection(bytes: FileBytes, address: number): Promise<Collection> {
  const prefix = await bytes.view(address, 16);
  requireSignature(prefix, 'GCOL');
  const size = uint64(prefix, 8);
  requireDirect(size <= mostCollectionBytes && size % 8 === 0, 'a collection of texts of an odd size');
  const view = await bytes.view(address, size);
  const content = Buffer.from(view.buffer, view.byteOffset, size);
  // Words start at multiples of four, and collections anywhere.
  const aligned = view.byteOffset % 4 === 0 ? content : new Uint8Array(content);
  const places = placesOf(new Uint32Array(aligned.buffer, aligned.byteOffset, size / 4));
  return { bytes: content, ascii: isAscii(content) ? content.toString('latin1') : undefined, ...places };
}

/** Where texts lie: each stands behind four words, which are its index, nothing, and its length in two. */
function placesOf(words: Uint32Array): Pick<Collection, 'starts' | 'lengths'> {
  const step = (at: number): number => at + 4 + 2 * Math.ceil(words[at + 2]! / 8);
  const isText = (at: number): boolean => at + 4 <= words.length && (words[at]! & 0xffff) !== 0;
  let most = 0;
  for (let at = 4; isText(at); at = step(at)) most = Math.max(most, words[at]! & 0xffff);
  const starts = new Uint32Array(most + 1);
  const lengths = new Uint32Array(most + 1);
  for (let at = 4; isText(at); at = step(at)) {
    const index = words[at]! & 0xffff;
    starts[index] = (at + 4) * 4;
    lengths[index] = words[at + 2]!;
    requireDirect(words[at + 3] === 0 && step(at) <= words.length, 'a text beyond its collection');
  }
  return { starts, lengths };
}

function textOf({ bytes, ascii, starts, lengths }: Collection, index: number, length: number): string {
  const start = starts[index] ?? 0;
  requireDirect(start > 0 && length <= lengths[index]!, 'a text that is not there');
  return ascii === undefined ? bytes.toString('utf8', start, start + length) : ascii.slice(start, start + length);
}
