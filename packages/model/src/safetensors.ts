// The safetensors container: named typed arrays behind a JSON header. Bytes in, bytes out; it knows no
// tensors of the engine, no models and no file system.
import { SeqError } from '@seq/tensor';
import type { ModelErrorCode } from './errors.js';

/** An array stored under one element type of the container; 16-bit floats stay raw little-endian bytes. */
export type StoredTensor =
  | StoredTensorOf<'F64', Float64Array>
  | StoredTensorOf<'F32', Float32Array>
  | StoredTensorOf<'I64', BigInt64Array>
  | StoredTensorOf<'I32', Int32Array>
  | StoredTensorOf<'U8' | 'F16' | 'BF16', Uint8Array>;

/** One kind of {@link StoredTensor}. */
export interface StoredTensorOf<Dtype extends string, Data> {
  /** Name of the element type. */
  readonly dtype: Dtype;
  /** Sizes of the axes. */
  readonly shape: readonly number[];
  /** Elements in row-major order. */
  readonly data: Data;
}

/** Element types that {@link readSafetensors} and {@link writeSafetensors} know. */
export type StoredDtype = StoredTensor['dtype'];

/** The content of one safetensors file. */
export interface Safetensors {
  /** Tensors by name, in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Free strings that the writer attached; empty where there are none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Options of {@link writeSafetensors}. */
export interface WriteSafetensorsOptions {
  /** Strings to attach, by name. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const PREFIX_BYTES = 8;
const ALIGNMENT = 8;
/** Limit of the format on its header. */
const MAX_HEADER_BYTES = 100_000_000;
const METADATA = '__metadata__';
const ELEMENT_BYTES: Readonly<Record<StoredDtype, number>> = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, U8: 1 };

function broken(found: string, details: Readonly<Record<string, unknown>> = {}): SeqError<ModelErrorCode> {
  const message = `readSafetensors: ${found}. The file is damaged or no safetensors file; fetch or write it again.`;
  return new SeqError<ModelErrorCode>('CHECKPOINT_BROKEN', message, { details });
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Reads a safetensors file. Every array is a copy, so the result does not keep `bytes` alive.
 *
 * @param bytes - the whole file.
 * @throws SeqError `CHECKPOINT_BROKEN` if the header is truncated, no JSON or inconsistent; if a tensor has an unknown
 * type or a byte range that differs from its shape; if ranges overlap, leave gaps or run past the end.
 * @see https://huggingface.co/docs/safetensors for the layout.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { header, body } = splitHeader(bytes);
  const metadata = new Map<string, string>();
  const rows: HeaderRow[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) readMetadata(value, metadata);
    else rows.push(readRow(name, value, body.length));
  }
  rows.sort((a, b) => a.start - b.start || a.end - b.end);
  checkCoverage(rows, body.length);
  const tensors = new Map(rows.map((row) => [row.name, copyTensor(row, body)]));
  return { tensors, metadata };
}

interface HeaderRow {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function splitHeader(bytes: Uint8Array): { header: Record<string, unknown>; body: Uint8Array } {
  if (bytes.length < PREFIX_BYTES) throw broken(`${bytes.length} bytes are too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || length > bytes.length - PREFIX_BYTES) {
    throw broken(`a header of ${length} bytes was announced in a file of ${bytes.length} bytes`);
  }
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length));
    header = JSON.parse(text);
  } catch (cause) {
    throw broken(`the header is no JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  if (!isRecord(header)) throw broken('the header is no JSON object');
  return { header, body: bytes.subarray(PREFIX_BYTES + length) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function readMetadata(value: unknown, metadata: Map<string, string>): void {
  if (!isRecord(value)) throw broken('the metadata are no JSON object');
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw broken(`the metadata value of "${name}" is no string`);
    metadata.set(name, text);
  }
}

function readRow(name: string, value: unknown, bodyLength: number): HeaderRow {
  if (!isRecord(value)) throw broken(`the header entry of "${name}" is no JSON object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype)) {
    const known = Object.keys(ELEMENT_BYTES).join(', ');
    throw broken(`"${name}" has element type ${JSON.stringify(dtype)}, known are ${known}`, { name, dtype });
  }
  if (!Array.isArray(shape) || !shape.every(isSize)) throw broken(`"${name}" has shape ${JSON.stringify(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    throw broken(`"${name}" has data offsets ${JSON.stringify(offsets)}`);
  }
  const [start, end] = offsets as [number, number];
  const expected = elementCount(shape) * ELEMENT_BYTES[dtype as StoredDtype];
  if (end > bodyLength || end - start !== expected) {
    throw broken(
      `"${name}" (${dtype} [${shape.join(', ')}], ${expected} bytes) claims bytes ${start} to ${end} of ${bodyLength}`,
      { name, start, end, expected, available: bodyLength },
    );
  }
  return { name, dtype: dtype as StoredDtype, shape, start, end };
}

/** Ranges in order of their start must follow each other without overlap or gap and use up the body. */
function checkCoverage(rows: readonly HeaderRow[], bodyLength: number): void {
  let position = 0;
  for (const row of rows) {
    if (row.start !== position) {
      const what = row.start < position ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw broken(`"${row.name}" starts at byte ${row.start} and ${what} (expected ${position})`, { name: row.name });
    }
    position = row.end;
  }
  if (position !== bodyLength) throw broken(`${bodyLength - position} bytes after the last tensor belong to none`);
}

function copyTensor({ dtype, shape, start, end }: HeaderRow, body: Uint8Array): StoredTensor {
  const data = new Uint8Array(end - start);
  data.set(body.subarray(start, end));
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: new Float64Array(data.buffer) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(data.buffer) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(data.buffer) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(data.buffer) };
    default:
      return { dtype, shape, data };
  }
}

/**
 * Writes tensors as a safetensors file: larger element types first and names in order inside a type, so that every
 * array starts at a multiple of its element size and the same content always gives the same bytes.
 *
 * @param tensors - by name; the name `__metadata__` is reserved.
 * @throws SeqError `CHECKPOINT_BROKEN` if a shape is invalid or differs from the length of its data, or a name is
 * reserved.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  { metadata }: WriteSafetensorsOptions = {},
): Uint8Array {
  const rows = [...tensors].sort(
    ([a, x], [b, y]) => ELEMENT_BYTES[y.dtype] - ELEMENT_BYTES[x.dtype] || (a < b ? -1 : Number(a > b)),
  );
  const entries: [string, unknown][] = metadata === undefined ? [] : [[METADATA, { ...metadata }]];
  let position = 0;
  for (const [name, tensor] of rows) {
    checkWritable(name, tensor);
    const { dtype, shape, data } = tensor;
    entries.push([name, { dtype, shape: [...shape], data_offsets: [position, position + data.byteLength] }]);
    position += data.byteLength;
  }
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(PREFIX_BYTES + headerLength + position);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerLength).set(header, PREFIX_BYTES);
  let at = PREFIX_BYTES + headerLength;
  for (const [, { data }] of rows) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function checkWritable(name: string, { dtype, shape, data }: StoredTensor): void {
  const expected = elementCount(shape) * ELEMENT_BYTES[dtype];
  if (name !== METADATA && shape.every(isSize) && data.byteLength === expected) return;
  throw new SeqError<ModelErrorCode>(
    'CHECKPOINT_BROKEN',
    `writeSafetensors: "${name}" is ${dtype} [${shape.join(', ')}] with ${data.byteLength} bytes of data; ` +
      `give ${expected} bytes and a name other than ${METADATA}.`,
    { details: { name, dtype, shape, byteLength: data.byteLength } },
  );
}
