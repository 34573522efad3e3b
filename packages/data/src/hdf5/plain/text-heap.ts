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

/** Texts that share a collection. */
interface Collection {
  readonly first: number;
  readonly end: number;
  /** Bytes of header and objects, without free space. */
  readonly used: number;
}

/** Collections for texts that will lie at `address`. */
export function textHeap(texts: readonly string[], address: number): TextHeap {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const shared = sharedOut(lengths);
  const collections = Buffer.alloc(shared.reduce((sum, { used }) => sum + Math.max(leastBytes, used), 0));
  const references = Buffer.alloc(texts.length * referenceBytes);
  let start = 0;
  for (const { first, end, used } of shared) {
    const size = Math.max(leastBytes, used);
    collections.write('GCOL', start, 'latin1');
    collections.writeUInt8(1, start + 4);
    writeUint64(collections, size, start + 8);
    let at = start + headerBytes;
    for (let i = first; i < end; i++) {
      const [length, number] = [lengths[i]!, i - first + 1];
      collections.writeUInt16LE(number, at);
      collections.writeUInt16LE(1, at + 2);
      writeUint64(collections, length, at + 8);
      collections.write(texts[i]!, at + objectBytes);
      at += objectSize(length);
      references.writeUInt32LE(length, i * referenceBytes);
      writeUint64(references, address + start, i * referenceBytes + 4);
      references.writeUInt32LE(number, i * referenceBytes + 12);
    }
    // An object of number 0 holds the free space.
    if (size - used >= objectBytes) writeUint64(collections, size - used, at + 8);
    start += size;
  }
  return { collections, references };
}

const objectSize = (length: number): number => objectBytes + Math.ceil(length / 8) * 8;

/** Cuts texts of so many bytes into collections. */
function sharedOut(lengths: readonly number[]): readonly Collection[] {
  const shared: Collection[] = [];
  let [first, used] = [0, headerBytes];
  const close = (end: number): void => {
    if (end > first) shared.push({ first, end, used });
    [first, used] = [end, headerBytes];
  };
  for (let i = 0; i < lengths.length; i++) {
    const size = objectSize(lengths[i]!);
    if (i - first === mostObjects || used + size > mostBytes) close(i);
    used += size;
  }
  close(lengths.length);
  return shared;
}

function writeUint64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32LE(value % 2 ** 32, at);
  bytes.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}
