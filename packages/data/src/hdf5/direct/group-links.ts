// Names and places of what an HDF5 group holds, for groups with a symbol table. Knows no data sets.
// Format: HDF5 File Format Specification 3.0, II.A, III.A.1, III.B, III.D.
import { requireDirect } from './beyond-direct-reading.js';
import type { FileBytes } from './file-bytes.js';
import { messageType, readObjectHeader, requireSignature, uint64 } from './object-header.js';

const superblockBytes = 96;
const nodePrefixBytes = 24;
const entryBytes = 40;
const softLink = 2;
const mostLevels = 8;

/** Address of the object header of the root group. */
export async function rootAddress(bytes: FileBytes): Promise<number> {
  const block = await bytes.view(0, superblockBytes);
  requireSignature(block, '\x89HDF\r\n\x1a\n');
  requireDirect(block.getUint8(8) === 0, 'a superblock of another version');
  requireDirect(block.getUint8(13) === 8 && block.getUint8(14) === 8, 'addresses that are not 8 bytes long');
  requireDirect(uint64(block, 24) === 0, 'a file that does not start at 0');
  requireDirect(uint64(block, 40) <= bytes.size, 'a file that is cut off');
  return uint64(block, 64);
}

/** Addresses of the object headers in a group by name; undefined if the object is no group. */
export async function readLinks(bytes: FileBytes, group: number): Promise<ReadonlyMap<string, number> | undefined> {
  const messages = await readObjectHeader(bytes, group);
  const table = messages.get(messageType.symbolTable);
  if (table === undefined) {
    requireDirect(messages.has(messageType.dataspace), 'a group without a symbol table');
    return undefined;
  }
  const names = await readNames(bytes, uint64(table, 8));
  const links = new Map<string, number>();
  await visit(bytes, { address: uint64(table, 0), names, links });
  return links;
}

async function readNames(bytes: FileBytes, address: number): Promise<Uint8Array> {
  const heap = await bytes.view(address, 32);
  requireSignature(heap, 'HEAP');
  const content = await bytes.view(uint64(heap, 24), uint64(heap, 8));
  return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
}

interface Visit {
  readonly address: number;
  readonly names: Uint8Array;
  readonly links: Map<string, number>;
}

async function visit(bytes: FileBytes, { address, names, links }: Visit, below = mostLevels): Promise<void> {
  const prefix = await bytes.view(address, nodePrefixBytes);
  requireSignature(prefix, 'TREE');
  const level = prefix.getUint8(5);
  const used = prefix.getUint16(6, true);
  requireDirect(prefix.getUint8(4) === 0 && level < below, 'a node that is no part of a group');
  const pairs = await bytes.view(address + nodePrefixBytes, used * 16 + 8);
  for (let i = 0; i < used; i++) {
    const child = uint64(pairs, i * 16 + 8);
    if (level > 0) await visit(bytes, { address: child, names, links }, level);
    else await visitSymbols(bytes, { address: child, names, links });
  }
}

async function visitSymbols(bytes: FileBytes, { address, names, links }: Visit): Promise<void> {
  const prefix = await bytes.view(address, 8);
  requireSignature(prefix, 'SNOD');
  const count = prefix.getUint16(6, true);
  const entries = await bytes.view(address + 8, count * entryBytes);
  for (let i = 0; i < count; i++) {
    requireDirect(entries.getUint32(i * entryBytes + 16, true) !== softLink, 'a soft link');
    const start = uint64(entries, i * entryBytes);
    const end = names.indexOf(0, start);
    requireDirect(end !== -1, 'a name without an end');
    const name = Buffer.from(names.buffer, names.byteOffset + start, end - start).toString('utf8');
    requireDirect(!links.has(name), 'a name that stands twice');
    links.set(name, uint64(entries, i * entryBytes + 8));
  }
}
