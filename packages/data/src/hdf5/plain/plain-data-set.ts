// What is written into a plain HDF5 file, and the object header that describes it. Knows no addresses but those given.
// Format: HDF5 File Format Specification 3.0, IV.A.1.a, IV.A.2.b, d, f, i.

/** Numbers in one of the formats that plain files hold, all little endian. */
export type PlainNumbers = Float64Array | Float32Array | Uint32Array;

/** Name of a format of numbers. */
export type PlainNumberFormat = 'f64' | 'f32' | 'u32';

/** A data set of a plain HDF5 file. */
export type PlainDataSet = PlainNumberSet | PlainTextSet;

/** Numbers, row by row. */
export interface PlainNumberSet {
  /** Name in the root group, without `/`. */
  readonly name: string;
  /** Length per dimension. */
  readonly shape: readonly number[];
  readonly format: PlainNumberFormat;
  /** The numbers in pieces of any size, one after the other; read once, when it is their turn. */
  readonly values: Iterable<PlainNumbers> | AsyncIterable<PlainNumbers>;
}

/** Texts, one-dimensional. */
export interface PlainTextSet {
  /** Name in the root group, without `/`. */
  readonly name: string;
  readonly texts: readonly string[];
  /** Each of its own length, or all padded to the longest. */
  readonly length: 'variable' | 'fixed';
}

/** Bytes of one number. */
export const numberBytes: Readonly<Record<PlainNumberFormat, number>> = { f64: 8, f32: 4, u32: 4 };

const undefinedAddress = 0xffff_ffff_ffff_ffffn;

/** Bytes of the padded text of a data set of fixed length; at least 1. */
export function fixedTextBytes(texts: readonly string[]): number {
  return texts.reduce((longest, text) => Math.max(longest, Buffer.byteLength(text)), 1);
}

/** The object header of a data set whose elements lie at `address` and take `size` bytes. */
export function dataSetHeader(dataSet: PlainDataSet, address: number, size: number): Buffer {
  const shape = 'shape' in dataSet ? dataSet.shape : [dataSet.texts.length];
  const space = Buffer.alloc(8 + 8 * shape.length);
  space.set([1, shape.length]);
  shape.forEach((length, axis) => {
    space.writeBigUInt64LE(BigInt(length), 8 + 8 * axis);
  });
  const layout = Buffer.alloc(18);
  layout.set([3, 1]);
  layout.writeBigUInt64LE(size === 0 ? undefinedAddress : BigInt(address), 2);
  layout.writeBigUInt64LE(BigInt(size), 10);
  return objectHeader([
    [0x01, space],
    [0x03, typeOf(dataSet)],
    // No fill value; space is there from the start.
    [0x05, Buffer.of(2, 1, 2, 0)],
    [0x08, layout],
  ]);
}

/** An object header of version 1: messages by type, each padded to 8 bytes. */
export function objectHeader(messages: readonly (readonly [type: number, content: Buffer])[]): Buffer {
  const parts = messages.map(([type, content]) => {
    const part = Buffer.alloc(8 + Math.ceil(content.length / 8) * 8);
    part.writeUInt16LE(type, 0);
    part.writeUInt16LE(part.length - 8, 2);
    part.set(content, 8);
    return part;
  });
  const prefix = Buffer.alloc(16);
  prefix.writeUInt8(1, 0);
  prefix.writeUInt16LE(messages.length, 2);
  prefix.writeUInt32LE(1, 4);
  prefix.writeUInt32LE(
    parts.reduce((sum, { length }) => sum + length, 0),
    8,
  );
  return Buffer.concat([prefix, ...parts]);
}

function typeOf(dataSet: PlainDataSet): Buffer {
  if ('format' in dataSet) return dataSet.format === 'u32' ? unsignedType : floatType(numberBytes[dataSet.format]);
  return dataSet.length === 'variable' ? variableTextType : fixedTextType(fixedTextBytes(dataSet.texts));
}

/** Class and version, three bytes of bits, size. */
function typePrefix(bits: readonly number[], size: number): Buffer {
  const prefix = Buffer.alloc(8);
  prefix.set(bits);
  prefix.writeUInt32LE(size, 4);
  return prefix;
}

const unsignedType = Buffer.concat([typePrefix([0x10], 4), Buffer.of(0, 0, 32, 0)]);

/** IEEE 754, little endian. */
function floatType(size: number): Buffer {
  const properties = Buffer.alloc(12);
  properties.writeUInt16LE(size * 8, 2);
  properties.set(size === 4 ? [23, 8, 0, 23] : [52, 11, 0, 52], 4);
  properties.writeUInt32LE(size === 4 ? 127 : 1023, 8);
  return Buffer.concat([typePrefix([0x11, 0x20, size * 8 - 1], size), properties]);
}

/** UTF-8, as a sequence of unsigned bytes. */
const variableTextType = Buffer.concat([
  typePrefix([0x19, 0x01, 0x01], 16),
  typePrefix([0x10], 1),
  Buffer.of(0, 0, 8, 0),
]);

/** Padded with zeros, in ASCII. */
function fixedTextType(size: number): Buffer {
  return typePrefix([0x13, 0x01], size);
}
