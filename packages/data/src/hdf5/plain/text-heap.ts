// Packs texts of any length into collections, and makes the references that a data set holds in their place.
// Format: HDF5 File Format Specification 3.0, III.E.

/** Texts in collections, with the references to them. */
export interface TextHeap {
  /** The collections, one after the other, to be written at the address they were made for. */
  readonly collections: Buffer;
  /** 16 bytes per text. */
  readonly references: Buffer;
}

const headerBytes = 16;
const objectBytes = 16;
const referenceBytes = 16;
/** Smallest collection that the library makes, and largest content before another is begun. */
const leastBytes = 4096;
const mostBytes = 2 ** 20;
const mostObjects = 0xffff;

/** Collections for texts that will lie at `address`. */
export function textHeap(texts: readonly string[], address: number): TextHeap {
  const references = Buffer.alloc(texts.length * referenceBytes);
  const collections: Buffer[] = [];
  let objects: Buffer[] = [];
  let used = headerBytes;
  let start = address;
  const close = (): void => {
    if (objects.length === 0) return;
    const collection = collectionOf(objects, used);
    collections.push(collection);
    start += collection.length;
    [objects, used] = [[], headerBytes];
  };
  for (const [i, text] of texts.entries()) {
    const bytes = Buffer.from(text);
    const object = Buffer.alloc(objectBytes + Math.ceil(bytes.length / 8) * 8);
    if (objects.length === mostObjects || used + object.length > mostBytes) close();
    object.writeUInt16LE(objects.length + 1, 0);
    object.writeUInt16LE(1, 2);
    object.writeBigUInt64LE(BigInt(bytes.length), 8);
    object.set(bytes, objectBytes);
    objects.push(object);
    used += object.length;
    references.writeUInt32LE(bytes.length, i * referenceBytes);
    references.writeBigUInt64LE(BigInt(start), i * referenceBytes + 4);
    references.writeUInt32LE(objects.length, i * referenceBytes + 12);
  }
  close();
  return { collections: Buffer.concat(collections), references };
}

/** A collection: header, objects, and an object of number 0 that holds the free space. */
function collectionOf(objects: readonly Buffer[], used: number): Buffer {
  const size = Math.max(leastBytes, used);
  const header = Buffer.alloc(headerBytes);
  header.write('GCOL', 'latin1');
  header.writeUInt8(1, 4);
  header.writeBigUInt64LE(BigInt(size), 8);
  const free = Buffer.alloc(size - used);
  if (free.length >= objectBytes) free.writeBigUInt64LE(BigInt(free.length), 8);
  return Buffer.concat([header, ...objects, free]);
}
