// Bytes of a NumPy .npy file to numbers. Knows no file and never unpickles anything.
import { quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';

/** Numbers with their shape, row by row. */
export interface NumberArray {
  /** Length per dimension; empty for a single number. */
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

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

/**
 * The array of an .npy file of real numbers, in C order whatever the order of the file.
 *
 * @throws SeqError `FILE_MALFORMED`; arrays of Python objects are refused, because reading them would run code.
 */
export function parseNpy(name: string, bytes: Uint8Array): NumberArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || !magic.every((byte, i) => bytes[i] === byte)) {
    throw malformed(name, 'it does not begin like one');
  }
  const isLong = bytes[6]! >= 2;
  const headerStart = isLong ? 12 : 10;
  const dataStart = headerStart + (isLong ? view.getUint32(8, true) : view.getUint16(8, true));
  if (dataStart > bytes.length) throw malformed(name, 'its header is cut off');
  const header = new TextDecoder('latin1').decode(bytes.subarray(headerStart, dataStart));
  const { kind, littleEndian, isFortran, shape } = parseHeader(name, header);
  const read = readers[kind]!;
  const bytesPerNumber = Number(kind[1]);
  const count = shape.reduce((product, length) => product * length, 1);
  if (bytes.length - dataStart !== count * bytesPerNumber) {
    throw malformed(name, `an array of ${shape.join(' x ')} does not fill the ${bytes.length - dataStart} bytes`);
  }
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, dataStart + i * bytesPerNumber, littleEndian);
  return { shape, values: isFortran ? inRowOrder(values, shape) : values };
}

function parseHeader(
  name: string,
  header: string,
): { kind: string; littleEndian: boolean; isFortran: boolean; shape: readonly number[] } {
  const description = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const isFortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (isFortran === undefined || shape === undefined) throw malformed(name, 'its header cannot be read');
  const [, order = '', kind = ''] = /^([<>|=]?)([a-z]\d+)$/.exec(description ?? '') ?? [];
  if (readers[kind] === undefined) {
    const found = /'descr':\s*([^,}]*)/.exec(header)?.[1] ?? 'nothing';
    throw malformed(name, `its elements are ${found.slice(0, 40)}, not real numbers; save them as float64`);
  }
  const lengths = shape.split(',').filter((length) => length.trim() !== '');
  return { kind, littleEndian: order !== '>', isFortran: isFortran === 'True', shape: lengths.map(Number) };
}

/** Numbers of column-major order in row-major order. */
function inRowOrder(values: Float64Array, shape: readonly number[]): Float64Array {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1));
  const ordered = new Float64Array(values.length);
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

function malformed(name: string, found: string): Error {
  const message = `${quoted(name)} cannot be read as a NumPy array: ${found}.`;
  return unifracError('FILE_MALFORMED', message, { details: { path: name } });
}
