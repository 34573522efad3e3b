// Writes HDF5 files of a few data sets in the root group, unpacked and in one piece each, as a stream: what the library
// would copy through a file system in memory goes straight to the disk. Knows nothing of tables.
// Format: HDF5 File Format Specification 3.0, II.A, III.A.1, III.B, III.C, III.D.
import type { FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import {
  dataSetHeader,
  fixedTextBytes,
  numberBytes,
  objectHeader,
  type PlainDataSet,
  type PlainNumberSet,
} from './plain-data-set.js';
import { textHeap } from './text-heap.js';

/** Options of {@link writePlainHdf5}. */
export interface WritePlainHdf5Options {
  /** Ends the writing; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

const superblockBytes = 96;
const entryBytes = 40;
const internalK = 16;
const groupNodeBytes = 24 + 2 * internalK * 16 + 8;
const undefinedAddress = Buffer.alloc(8, 0xff);

/** Elements of a data set: known now, or made when it is their turn. */
interface Content {
  readonly header: Buffer;
  readonly size: number;
  readonly known?: Buffer;
  readonly set: PlainDataSet;
}

/**
 * Writes a file of format version 0, which every version of the HDF5 library reads. Sizes follow from the shapes, so all
 * descriptions come first and the numbers are written as they arrive.
 *
 * @throws Error if the values of a data set do not fill its shape, which is a fault of the caller.
 */
export async function writePlainHdf5(
  file: FileHandle,
  dataSets: readonly PlainDataSet[],
  { signal }: WritePlainHdf5Options = {},
): Promise<void> {
  if (endianness() !== 'LE') throw new Error('writePlainHdf5: made for processors with the lower byte first.');
  const { start, contents } = placed(dataSets);
  await file.writeFile(start);
  for (const { set, size, known } of contents) {
    signal?.throwIfAborted();
    if (known === undefined) await writeNumbers(file, set as PlainNumberSet, size, signal);
    else await file.writeFile(known);
    await file.writeFile(Buffer.alloc(padding(size)));
  }
}

/** Everything in front of the elements, and where each data set's elements lie. */
function placed(dataSets: readonly PlainDataSet[]): { readonly start: Buffer; readonly contents: readonly Content[] } {
  const names = nameHeap(dataSets.map(({ name }) => name));
  const leafK = Math.max(4, Math.ceil(dataSets.length / 2));
  const rootHeader = superblockBytes;
  const tree = rootHeader + 16 + 24;
  const heap = tree + groupNodeBytes;
  const symbols = heap + 32 + names.segment.length;
  const headersStart = symbols + 8 + 2 * leafK * entryBytes;
  const headersBytes = dataSets.reduce((sum, set) => sum + dataSetHeader(set, 0, 0).length, 0);
  const { heaps, contents, end } = placedContents(dataSets, headersStart + headersBytes);
  const entries = groupEntries(contents, names.offsets, headersStart);
  const lastName = entries.at(-1)?.readUInt32LE(0) ?? 0;
  const group = Buffer.concat([addressBytes(tree), addressBytes(heap)]);
  const start = Buffer.concat([
    superblock({ leafK, end, rootHeader, group }),
    objectHeader([[0x11, group]]),
    groupNode(symbols, lastName),
    heapHeader(names.segment.length, heap + 32),
    names.segment,
    symbolNode(entries, leafK),
    ...contents.map(({ header }) => header),
    ...heaps,
  ]);
  return { start, contents };
}

/** Collections of texts first, then the elements of each data set, from `start` to `end`. */
function placedContents(
  dataSets: readonly PlainDataSet[],
  start: number,
): { readonly heaps: readonly Buffer[]; readonly contents: readonly Content[]; readonly end: number } {
  const heaps: Buffer[] = [];
  const references = new Map<PlainDataSet, Buffer>();
  let next = start;
  for (const set of dataSets) {
    if (!('texts' in set) || set.length !== 'variable') continue;
    const { collections, references: own } = textHeap(set.texts, next);
    heaps.push(collections);
    references.set(set, own);
    next += collections.length;
  }
  const contents = dataSets.map((set): Content => {
    const known = references.get(set) ?? ('texts' in set ? fixedTexts(set.texts) : undefined);
    const size = known?.length ?? sizeOf(set as PlainNumberSet);
    const content = { size, set, header: dataSetHeader(set, next, size) };
    next += size + padding(size);
    return known === undefined ? content : { ...content, known };
  });
  return { heaps, contents, end: next };
}

/** Entries of the group, in the order of the bytes of their names; headers lie one after the other from `headersStart`. */
function groupEntries(
  contents: readonly Content[],
  nameOffsets: ReadonlyMap<string, number>,
  headersStart: number,
): readonly Buffer[] {
  let next = headersStart;
  const entries = contents.map(({ set, header }) => {
    const entry = Buffer.alloc(entryBytes);
    entry.writeBigUInt64LE(BigInt(nameOffsets.get(set.name)!), 0);
    entry.writeBigUInt64LE(BigInt(next), 8);
    next += header.length;
    return { name: Buffer.from(set.name), entry };
  });
  return entries.sort((a, b) => Buffer.compare(a.name, b.name)).map(({ entry }) => entry);
}

function sizeOf({ shape, format }: PlainNumberSet): number {
  return shape.reduce((product, length) => product * length, numberBytes[format]);
}

function padding(size: number): number {
  return (8 - (size % 8)) % 8;
}

function fixedTexts(texts: readonly string[]): Buffer {
  const width = fixedTextBytes(texts);
  const all = Buffer.alloc(width * texts.length);
  for (const [i, text] of texts.entries()) all.write(text, i * width);
  return all;
}

async function writeNumbers(
  file: FileHandle,
  { name, values }: PlainNumberSet,
  size: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  let written = 0;
  for await (const piece of values) {
    signal?.throwIfAborted();
    written += piece.byteLength;
    if (written > size) break;
    await file.writeFile(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
  }
  if (written !== size) throw new Error(`writePlainHdf5: "${name}" got ${written} bytes of ${size}.`);
}

function addressBytes(address: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(address));
  return bytes;
}

function superblock(of: {
  readonly leafK: number;
  readonly end: number;
  readonly rootHeader: number;
  readonly group: Buffer;
}): Buffer {
  const block = Buffer.alloc(superblockBytes);
  block.write('\x89HDF\r\n\x1a\n', 'latin1');
  block.set([8, 8], 13);
  block.writeUInt16LE(of.leafK, 16);
  block.writeUInt16LE(internalK, 18);
  block.set(undefinedAddress, 32);
  block.set(addressBytes(of.end), 40);
  block.set(undefinedAddress, 48);
  block.set(addressBytes(of.rootHeader), 64);
  block.writeUInt32LE(1, 72);
  block.set(of.group, 80);
  return block;
}

/** Names with a zero behind each, padded to 8 bytes, after an empty one; and where each lies. */
function nameHeap(names: readonly string[]): { segment: Buffer; offsets: ReadonlyMap<string, number> } {
  const offsets = new Map<string, number>();
  const parts = [Buffer.alloc(8)];
  let next = 8;
  for (const name of names) {
    const bytes = Buffer.from(name);
    const part = Buffer.alloc(Math.ceil((bytes.length + 1) / 8) * 8);
    part.set(bytes);
    parts.push(part);
    offsets.set(name, next);
    next += part.length;
  }
  return { segment: Buffer.concat(parts), offsets };
}

function heapHeader(segmentBytes: number, segment: number): Buffer {
  const header = Buffer.alloc(32);
  header.write('HEAP', 'latin1');
  header.writeBigUInt64LE(BigInt(segmentBytes), 8);
  // No free space in the segment.
  header.writeBigUInt64LE(1n, 16);
  header.set(addressBytes(segment), 24);
  return header;
}

/** The only node of the group's tree, with the only node of its symbols as child. */
function groupNode(symbols: number, lastName: number): Buffer {
  const node = Buffer.alloc(groupNodeBytes);
  node.write('TREE', 'latin1');
  node.writeUInt16LE(1, 6);
  node.set(undefinedAddress, 8);
  node.set(undefinedAddress, 16);
  node.set(addressBytes(symbols), 32);
  node.set(addressBytes(lastName), 40);
  return node;
}

function symbolNode(entries: readonly Buffer[], leafK: number): Buffer {
  const node = Buffer.alloc(8 + 2 * leafK * entryBytes);
  node.write('SNOD', 'latin1');
  node.writeUInt8(1, 4);
  node.writeUInt16LE(entries.length, 6);
  node.set(Buffer.concat(entries), 8);
  return node;
}
