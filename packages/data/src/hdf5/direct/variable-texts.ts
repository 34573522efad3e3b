// Texts of any length, which HDF5 keeps apart from the data set that names them. Knows no data sets.
// Format: HDF5 File Format Specification 3.0, III.E.
import { isAscii } from 'node:buffer';
import { requireDirect } from './beyond-direct-reading.js';
import type { FileBytes } from './file-bytes.js';
import { requireSignature, uint64 } from './object-header.js';

const mostCollectionBytes = 64 * 2 ** 20;
const mostCollections = 64;

interface Collection {
  readonly bytes: Buffer;
  /** All bytes as one text, if every byte is a letter of its own; else undefined. */
  readonly ascii: string | undefined;
  /** Start and length of each object by its index; zeros where there is none. */
  readonly places: readonly number[];
}

/** Texts by reference; collections are kept while the references of one data set are followed. */
export class VariableTexts {
  readonly #bytes: FileBytes;
  readonly #collections = new Map<number, Collection>();

  constructor(bytes: FileBytes) {
    this.#bytes = bytes;
  }

  /** The texts of references that lie one after the other: length, address of the collection, index in it. */
  async texts(references: ArrayBuffer): Promise<string[]> {
    const words = new Uint32Array(references);
    const texts: string[] = [];
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
        collection = this.#collections.get(wanted) ?? (await this.#read(wanted));
      }
      texts.push(textOf(collection, words[at + 3]!, length));
    }
    return texts;
  }

  async #read(address: number): Promise<Collection> {
    const prefix = await this.#bytes.view(address, 16);
    requireSignature(prefix, 'GCOL');
    const size = uint64(prefix, 8);
    requireDirect(size <= mostCollectionBytes, 'a very large collection of texts');
    const view = await this.#bytes.view(address, size);
    const places: number[] = [];
    for (let at = 16; at + 16 <= size; ) {
      const index = view.getUint16(at, true);
      const length = uint64(view, at + 8);
      if (index === 0) break;
      requireDirect(at + 16 + length <= size, 'a text beyond its collection');
      while (places.length < 2 * index + 2) places.push(0);
      places[2 * index] = at + 16;
      places[2 * index + 1] = length;
      at += 16 + Math.ceil(length / 8) * 8;
    }
    const bytes = Buffer.from(view.buffer, view.byteOffset, size);
    const collection = { bytes, ascii: isAscii(bytes) ? bytes.toString('latin1') : undefined, places };
    if (this.#collections.size >= mostCollections) this.#collections.delete(this.#collections.keys().next().value!);
    this.#collections.set(address, collection);
    return collection;
  }
}

function textOf({ bytes, ascii, places }: Collection, index: number, length: number): string {
  const start = places[2 * index];
  requireDirect(start !== undefined && start > 0 && length <= places[2 * index + 1]!, 'a text that is not there');
  const text = ascii === undefined ? bytes.toString('utf8', start, start + length) : ascii.slice(start, start + length);
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}
