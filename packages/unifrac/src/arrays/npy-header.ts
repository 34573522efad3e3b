// The header of a NumPy .npy file, version 1. Knows no numbers. Format: numpy.lib.format.

/** Element types that are written: numbers in the order of bytes of the file, texts in UTF-32. */
export type NpyType = '<f4' | '<f8' | `<U${number}`;

const alignment = 64;

/** What stands before the elements, in row order, of an array of the given type and shape. */
export function npyHeader(type: NpyType, shape: readonly number[]): Uint8Array {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const description = `{'descr': '${type}', 'fortran_order': False, 'shape': (${lengths}), }`;
  const prefix = 10;
  const total = Math.ceil((prefix + description.length + 1) / alignment) * alignment;
  const text = `${description.padEnd(total - prefix - 1)}\n`;
  const bytes = Buffer.alloc(total);
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(text.length, 8);
  bytes.write(text, prefix, 'latin1');
  return bytes;
}

/** Texts as an .npy file of fixed width, padded with zeros, which needs no pickle. */
export function npyOfTexts(texts: readonly string[]): Uint8Array {
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const width = points.reduce((longest, { length }) => Math.max(longest, length), 1);
  const elements = new Uint32Array(texts.length * width);
  points.forEach((text, i) => {
    elements.set(text, i * width);
  });
  return Buffer.concat([npyHeader(`<U${width}`, [texts.length]), new Uint8Array(elements.buffer)]);
}
