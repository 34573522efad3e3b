// Where the elements of an HDF5 data set lie, and how they are packed. Reads none of them.
// Format: HDF5 File Format Specification 3.0, IV.A.2.b, IV.A.2.i (layout 3), IV.A.2.l, III.A.1.
import { requireDirect } from './beyond-direct-reading.js';
import { type ElementType, readElementType } from './element-type.js';
import type { FileBytes } from './file-bytes.js';
import { messageType, readObjectHeader, requireSignature, uint64 } from './object-header.js';

/** A rectangle of elements stored together. */
export interface StoredChunk {
  /** First row and column. */
  readonly row: number;
  readonly column: number;
  readonly address: number;
  /** Bytes in the file. */
  readonly size: number;
  /** Which filters were left out, by bits: the writer leaves out one that would not have shrunk the chunk. */
  readonly leftOut: number;
}

/** A data set of one or two dimensions whose elements can be read directly. */
export interface DirectDataSet {
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Rows and columns of a chunk; of the whole data set if it is not chunked. */
  readonly chunkRows: number;
  readonly chunkColumns: number;
  /** Chunks row by row. */
  readonly chunks: readonly StoredChunk[];
  /** Filters in the order in which they were applied. */
  readonly filters: readonly number[];
}

/** Filters that are undone directly. */
export const filterId = { deflate: 1, shuffle: 2, lzf: 32_000 } as const;

/** Largest chunk, unpacked; larger ones are left to the library. */
const mostChunkBytes = 64 * 2 ** 20;

/** Reads the description of a data set; undefined if the object is none. */
export async function readDataSet(bytes: FileBytes, address: number): Promise<DirectDataSet | undefined> {
  const messages = await readObjectHeader(bytes, address);
  const space = messages.get(messageType.dataspace);
  if (space === undefined) return undefined;
  const shape = readShape(space);
  const datatype = messages.get(messageType.datatype);
  const type = datatype && readElementType(datatype);
  requireDirect(type !== undefined && shape.length >= 1 && shape.length <= 2, 'a data set of another kind');
  const layout = messages.get(messageType.layout);
  requireDirect(layout?.getUint8(0) === 3, 'a layout of another version');
  const filters = readFilters(messages.get(messageType.filters));
  const [rows, columns = 1] = shape as [number, number?];
  if (layout.getUint8(1) === 1) {
    requireDirect(filters.length === 0, 'filters on a data set without chunks');
    const size = rows * columns * type.size;
    if (size === 0) return { shape, type, chunkRows: 1, chunkColumns: 1, chunks: [], filters };
    requireDirect(uint64(layout, 10) === size, 'a data set of another size than its shape');
    const chunks = [{ row: 0, column: 0, address: uint64(layout, 2), size, leftOut: 0 }];
    return { shape, type, chunkRows: rows, chunkColumns: columns, chunks, filters };
  }
  requireDirect(layout.getUint8(1) === 2 && layout.getUint8(2) === shape.length + 1, 'a layout of another kind');
  const chunkRows = layout.getUint32(11, true);
  const chunkColumns = shape.length === 2 ? layout.getUint32(15, true) : 1;
  const chunkBytes = chunkRows * chunkColumns * type.size;
  requireDirect(chunkBytes > 0 && chunkBytes <= mostChunkBytes, 'very large chunks');
  const chunkCount = Math.ceil(rows / chunkRows) * Math.ceil(columns / chunkColumns);
  requireDirect(chunkCount * 8 <= bytes.size, 'more chunks than the file can hold');
  const chunks: StoredChunk[] = [];
  if (chunkCount > 0) await visit(bytes, { address: uint64(layout, 3), rank: shape.length, chunks, chunkCount });
  requireDirect(chunks.length === chunkCount, 'chunks that were never written');
  requireDirect(isGrid(chunks, chunkRows, chunkColumns, columns), 'chunks out of order');
  return { shape, type, chunkRows, chunkColumns, chunks, filters };
}

function readShape(space: DataView): readonly number[] {
  const version = space.getUint8(0);
  requireDirect(version === 1 || version === 2, 'a data space of another version');
  const start = version === 1 ? 8 : 4;
  return Array.from({ length: space.getUint8(1) }, (_, i) => uint64(space, start + 8 * i));
}

function readFilters(message: DataView | undefined): readonly number[] {
  if (message === undefined) return [];
  requireDirect(message.getUint8(0) === 1, 'a filter list of another version');
  const filters: number[] = [];
  for (let i = 0, at = 8; i < message.getUint8(1); i++) {
    const id = message.getUint16(at, true);
    const isKnown = Object.values<number>(filterId).includes(id);
    requireDirect(isKnown && !filters.includes(id), 'a filter of another kind');
    filters.push(id);
    const values = message.getUint16(at + 6, true);
    at += 8 + Math.ceil(message.getUint16(at + 2, true) / 8) * 8 + 4 * (values + (values % 2));
  }
  return filters;
}

interface Visit {
  readonly address: number;
  readonly rank: number;
  readonly chunks: StoredChunk[];
  readonly chunkCount: number;
}

async function visit(bytes: FileBytes, node: Visit, below = 16): Promise<void> {
  const { address, rank, chunks, chunkCount } = node;
  const prefix = await bytes.view(address, 24);
  requireSignature(prefix, 'TREE');
  const level = prefix.getUint8(5);
  const used = prefix.getUint16(6, true);
  requireDirect(prefix.getUint8(4) === 1 && level < below, 'a node that is no part of a data set');
  const keyBytes = 8 + 8 * (rank + 1);
  const pairs = await bytes.view(address + 24, used * (keyBytes + 8) + keyBytes);
  for (let i = 0; i < used; i++) {
    const key = i * (keyBytes + 8);
    const child = uint64(pairs, key + keyBytes);
    if (level > 0) {
      await visit(bytes, { ...node, address: child }, level);
      continue;
    }
    requireDirect(chunks.length < chunkCount, 'more chunks than fit the shape');
    const column = rank === 2 ? uint64(pairs, key + 16) : 0;
    const [size, leftOut] = [pairs.getUint32(key, true), pairs.getUint32(key + 4, true)];
    chunks.push({ row: uint64(pairs, key + 8), column, address: child, size, leftOut });
  }
}

/** Whether the chunks follow each other row by row without a gap. */
function isGrid(chunks: readonly StoredChunk[], chunkRows: number, chunkColumns: number, columns: number): boolean {
  const perRow = Math.ceil(columns / chunkColumns);
  return chunks.every(
    ({ row, column }, i) => row === Math.floor(i / perRow) * chunkRows && column === (i % perRow) * chunkColumns,
  );
}
