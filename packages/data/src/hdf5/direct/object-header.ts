// The messages of an HDF5 object header of version 1. Knows none of their contents.
// Format: HDF5 File Format Specification 3.0, IV.A.1.a.
import { requireDirect } from './beyond-direct-reading.js';
import type { FileBytes } from './file-bytes.js';

/** Kinds of messages that are read. */
export const messageType = {
  dataspace: 0x01,
  datatype: 0x03,
  layout: 0x08,
  filters: 0x0b,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

const prefixBytes = 16;
const messagePrefixBytes = 8;
const isShared = 0x02;
const mostBlocks = 64;

/** A whole number of eight bytes; refused where a double cannot hold it, which is also where an address is undefined. */
export function uint64(view: DataView, at: number): number {
  const value = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  requireDirect(value <= Number.MAX_SAFE_INTEGER, 'a number beyond 2^53');
  return value;
}

/** Checks the letters at the start of a structure. */
export function requireSignature(view: DataView, letters: string): void {
  for (let i = 0; i < letters.length; i++) {
    requireDirect(view.getUint8(i) === letters.charCodeAt(i), `no ${letters} where one is due`);
  }
}

/** Contents of the messages of an object, by type; the first of each type counts. */
export async function readObjectHeader(bytes: FileBytes, address: number): Promise<ReadonlyMap<number, DataView>> {
  const prefix = await bytes.view(address, prefixBytes);
  requireDirect(prefix.getUint8(0) === 1, 'an object header of another version');
  let left = prefix.getUint16(2, true);
  const messages = new Map<number, DataView>();
  const blocks = [{ start: address + prefixBytes, length: prefix.getUint32(8, true) }];
  for (const { start, length } of blocks) {
    const block = await bytes.view(start, length);
    for (let at = 0; left > 0 && at + messagePrefixBytes <= length; left--) {
      const type = block.getUint16(at, true);
      const size = block.getUint16(at + 2, true);
      requireDirect(at + messagePrefixBytes + size <= length, 'a message beyond its block');
      const content = new DataView(block.buffer, block.byteOffset + at + messagePrefixBytes, size);
      if (type === messageType.continuation) {
        blocks.push({ start: uint64(content, 0), length: uint64(content, 8) });
        requireDirect(blocks.length <= mostBlocks, 'an object header in very many blocks');
      } else if (!messages.has(type)) {
        const isRead = Object.values<number>(messageType).includes(type);
        requireDirect(!isRead || (block.getUint8(at + 4) & isShared) === 0, 'a shared message');
        messages.set(type, content);
      }
      at += messagePrefixBytes + size;
    }
  }
  return messages;
}
