// What one element of an HDF5 data set is: numbers and texts as BIOM files hold them. Knows no places in the file.
// Format: HDF5 File Format Specification 3.0, IV.A.2.d.

/** Numbers as they lie in the file. */
export type NumberFormat =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

/** The kind of an element, and its size in bytes. */
export type ElementType =
  | { readonly kind: 'numbers'; readonly format: NumberFormat; readonly size: number }
  | { readonly kind: 'texts'; readonly isVariable: boolean; readonly size: number };

const [classInteger, classFloat, classText, classVariable] = [0, 1, 3, 9];

/** The type that a datatype message tells; undefined for one that is not read directly. */
export function readElementType(message: DataView): ElementType | undefined {
  const size = message.getUint32(4, true);
  const bits = message.getUint8(1) | (message.getUint8(2) << 8);
  switch (message.getUint8(0) & 0x0f) {
    case classInteger:
      return integer(message, size, bits);
    case classFloat:
      return float(message, size, bits);
    case classText:
      // Padding with spaces is left to the library.
      return (bits & 0x0f) <= 1 && size > 0 ? { kind: 'texts', isVariable: false, size } : undefined;
    case classVariable:
      return (bits & 0x0f) === 1 && size === 16 ? { kind: 'texts', isVariable: true, size } : undefined;
    default:
      return undefined;
  }
}

function integer(message: DataView, size: number, bits: number): ElementType | undefined {
  const isWhole = message.getUint16(8, true) === 0 && message.getUint16(10, true) === size * 8;
  const isLittleEndian = (bits & 1) === 0;
  if (!isWhole || !isLittleEndian || ![1, 2, 4, 8].includes(size)) return undefined;
  const format = `${(bits & 8) === 0 ? 'u' : ''}int${size * 8}` as NumberFormat;
  return { kind: 'numbers', format, size };
}

/** Place and width of exponent and mantissa, and bias of the exponent, by size. */
const ieee: Readonly<Record<number, readonly number[]>> = { 4: [23, 8, 0, 23, 127], 8: [52, 11, 0, 52, 1023] };

function float(message: DataView, size: number, bits: number): ElementType | undefined {
  const isWhole = message.getUint16(8, true) === 0 && message.getUint16(10, true) === size * 8;
  if (!isWhole || (bits & 0x41) !== 0 || ieee[size] === undefined) return undefined;
  const found = [...Array.from({ length: 4 }, (_, i) => message.getUint8(12 + i)), message.getUint32(16, true)];
  if (found.some((value, i) => value !== ieee[size]![i])) return undefined;
  return { kind: 'numbers', format: size === 4 ? 'float32' : 'float64', size };
}
