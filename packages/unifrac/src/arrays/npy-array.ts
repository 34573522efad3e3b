// The array of a NumPy .npy file, row by row. Never unpickles anything. Format: numpy.lib.format.
import { quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { type Numbers, numbersOf } from '../matrix/distance-rows.js';
import type { ByteSource } from './byte-source.js';
import type { StoredArray } from './stored-array.js';

type Reader = (view: DataView, at: number, littleEndian: boolean) => number;

/** Readers by kind and size in bytes. */
const readers: Readonly<Record<string, Reader>> = {
  f8: (view, at, little) => view.getFloat64(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  i4: (view, at, little) => view.getInt32(at, little),
  i2: (view, at, little) => view.getInt16(at, little),
  i1: (view, at) => view.getInt8(at),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  u4: (view, at, little) => view.getUint32(at, little),
  u2: (view, at, little) => view.getUint16(at, little),
  u1: (view, at) => view.getUint8(at),
  b1: (view, at) => view.getUint8(at),
};

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const mostHeaderBytes = 2 ** 16 + 12;

interface NpyHeader {
  /** Kind and size of an element, such as `f8` or `U12`. */
  readonly kind: string;
  readonly littleEndian: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly dataStart: number;
}

/**
 * The array of an .npy file of real numbers, in C order whatever the order of the file.
 *
 * @throws SeqError `FILE_MALFORMED`; arrays of Python objects are refused, because reading them would run code.
 */
export async function npyArray(name: string, bytes: ByteSource): Promise<StoredArray> {
  const header = await readHeader(name, bytes);
  const { kind, shape, littleEndian, isFortran, dataStart } = header;
  if (readers[kind] === undefined) {
    throw malformed(name, `its elements are '${kind}', not real numbers; save them as float64`);
  }
  const bytesPerNumber = Number(kind.slice(1));
  requireFilled(name, bytes, header, bytesPerNumber);
  const rowLength = shape.slice(1).reduce((product, length) => product * length, 1);
  const numbers = async (start: number, end: number): Promise<Numbers> => {
    const rowBytes = rowLength * bytesPerNumber;
    return decoded(await bytes.read(dataStart + start * rowBytes, (end - start) * rowBytes), kind, littleEndian);
  };
  let ordered: Numbers | undefined;
  const rows = async (start: number, end: number): Promise<Numbers> => {
    if (!isFortran || shape.length < 2) return numbers(start, end);
    ordered ??= inRowOrder(await numbers(0, shape[0]!), shape);
    return ordered.slice(start * rowLength, end * rowLength);
  };
  return { name, shape, ids: undefined, rows, [Symbol.asyncDispose]: () => bytes[Symbol.asyncDispose]() };
}

/** The texts of an .npy file of text of fixed width; undefined if it holds something else. */
export async function npyTexts(name: string, bytes: ByteSource): Promise<readonly string[] | undefined> {
  const header = await readHeader(name, bytes);
  const { kind, shape, littleEndian, dataStart } = header;
  const width = Number(/^U(\d+)$/.exec(kind)?.[1] ?? 0);
  if (width === 0 || shape.length !== 1) return undefined;
  requireFilled(name, bytes, header, width * 4);
  const view = viewOf(await bytes.read(dataStart, bytes.size - dataStart));
  return Array.from({ length: shape[0]! }, (_, row) => {
    const points = Array.from({ length: width }, (_, i) => view.getUint32((row * width + i) * 4, littleEndian));
    const used = points.slice(0, points.findLastIndex((point) => point !== 0) + 1);
    if (used.some((point) => point > 0x10_ffff)) throw malformed(name, 'it holds a character that there is not');
    return used.map((point) => String.fromCodePoint(point)).join('');
  });
}

function requireFilled(
  name: string,
  { size }: ByteSource,
  { shape, dataStart }: NpyHeader,
  elementBytes: number,
): void {
  const count = shape.reduce((product, length) => product * length, 1);
  if (size - dataStart === count * elementBytes) return;
  const found = `an array of ${shape.join(' x ')} does not fill the ${size - dataStart} bytes`;
  throw malformed(name, found);
}

async function readHeader(name: string, source: ByteSource): Promise<NpyHeader> {
  const bytes = await source.read(0, mostHeaderBytes);
  if (bytes.length < 12 || !magic.every((byte, i) => bytes[i] === byte)) {
    throw malformed(name, 'it does not begin like one');
  }
  const view = viewOf(bytes);
  const isLong = bytes[6]! >= 2;
  const headerStart = isLong ? 12 : 10;
  const dataStart = headerStart + (isLong ? view.getUint32(8, true) : view.getUint16(8, true));
  if (dataStart > bytes.length) throw malformed(name, 'its header is cut off');
  return { ...parseHeader(name, new TextDecoder('latin1').decode(bytes.subarray(headerStart, dataStart))), dataStart };
}

function parseHeader(name: string, header: string): Omit<NpyHeader, 'dataStart'> {
  const description = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const isFortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (isFortran === undefined || shape === undefined) throw malformed(name, 'its header cannot be read');
  const [, order = '', kind = ''] = /^([<>|=]?)([a-zA-Z]\d*)$/.exec(description ?? '') ?? [];
  if (kind === '') {
    const found = /'descr':\s*([^,}]*)/.exec(header)?.[1] ?? 'nothing';
    throw malformed(name, `its elements are ${found.slice(0, 40)}, not real numbers; save them as float64`);
  }
  const lengths = shape.split(',').filter((length) => length.trim() !== '');
  return { kind, littleEndian: order !== '>', isFortran: isFortran === 'True', shape: lengths.map(Number) };
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Elements as numbers: 32-bit ones as they are, all others as doubles. */
function decoded(bytes: Uint8Array<ArrayBuffer>, kind: string, littleEndian: boolean): Numbers {
  const size = Number(kind.slice(1));
  const length = Math.floor(bytes.length / size);
  if (littleEndian === isLittleEndian && (kind === 'f4' || kind === 'f8')) {
    return kind === 'f4' ? new Float32Array(bytes.buffer, 0, length) : new Float64Array(bytes.buffer, 0, length);
  }
  const view = viewOf(bytes);
  const numbers = numbersOf(kind === 'f4' ? 'f32' : 'f64', length);
  const read = readers[kind]!;
  for (let i = 0; i < length; i++) numbers[i] = read(view, i * size, littleEndian);
  return numbers;
}

/** Numbers of column-major order in row-major order. */
function inRowOrder(values: Numbers, shape: readonly number[]): Numbers {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1));
  const ordered = values.slice();
  for (let i = 0; i < values.length; i++) {
    let [rest, from] = [i, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    ordered[i] = values[from]!;
  }
  return ordered;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function malformed(name: string, found: string): Error {
  const message = `${quoted(name)} cannot be read as a NumPy array: ${found}.`;
  return unifracError('FILE_MALFORMED', message, { details: { path: name } });
}
