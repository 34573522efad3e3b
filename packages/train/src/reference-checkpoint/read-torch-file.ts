// Opens a file of `torch.save`: the pickle in it, and the arrays that its tensors look into. It knows no model.

import { isZip, mostFileBytes, quotedPath, readUnpacked, ZipArchive } from '@seq/data/files';
import type { StoredTensor } from '@seq/model';
import { trainError } from '../errors.js';
import { type PickledStorage, type PickledTensor, type PickledValue, PickleRefusal } from './pickled-value.js';
import { readPickle } from './read-pickle.js';

/** An opened file of `torch.save`. */
export interface TorchFile {
  /** Where it came from, for errors. */
  readonly path: string;
  /** What was saved; its tensors are not read yet. */
  readonly content: PickledValue;
  /** The elements of a tensor, row by row. */
  tensor(name: string, tensor: PickledTensor): Promise<StoredTensor>;
}

type Elements = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'U8';

const elementTypes: Readonly<Record<string, readonly [Elements, number]>> = {
  DoubleStorage: ['F64', 8],
  FloatStorage: ['F32', 4],
  HalfStorage: ['F16', 2],
  BFloat16Storage: ['BF16', 2],
  LongStorage: ['I64', 8],
  IntStorage: ['I32', 4],
  ByteStorage: ['U8', 1],
  BoolStorage: ['U8', 1],
};

/**
 * Opens a file that PyTorch 1.6 or newer wrote with `torch.save`: a ZIP archive with a pickle and one member for each
 * array. No code of the file is run, whatever it holds: see {@link readPickle}.
 *
 * @throws SeqError `CHECKPOINT_FOREIGN` for a file of another kind and for one that holds more than tensors and plain
 * data, `CHECKPOINT_BROKEN` for a damaged one; `FILE_NOT_FOUND`, `FILE_UNREADABLE`.
 */
export async function readTorchFile(path: string): Promise<TorchFile> {
  const bytes = await readUnpacked(path, { mostBytes: mostFileBytes });
  if (!isZip(bytes)) {
    const isPickle = bytes[0] === 0x80;
    const found = isPickle ? 'a bare pickle, as PyTorch before 1.6 wrote it' : 'no file of torch.save';
    const remedy = isPickle ? 'Save it again with a newer PyTorch' : 'Give a .pt file of the reference';
    throw trainError('CHECKPOINT_FOREIGN', `readTorchFile: ${quotedPath(path)} is ${found}. ${remedy}.`, {
      details: { path },
    });
  }
  const archive = await ZipArchive.open(path, bytes);
  const pickle = archive.names.find((name) => /^[^/]*\/?data\.pkl$/.test(name));
  if (pickle === undefined) throw broken(path, 'has no data.pkl');
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = await archive.read(`${folder}byteorder`);
  if (order !== undefined && new TextDecoder().decode(order).trim() !== 'little') {
    throw trainError('CHECKPOINT_FOREIGN', `readTorchFile: ${quotedPath(path)} was written on a big-endian machine.`, {
      details: { path },
    });
  }
  const content = unpickled(path, (await archive.read(pickle))!);
  return {
    path,
    content,
    tensor: async (name, tensor) => {
      const { key, type, length } = tensor.storage;
      const stored = await archive.read(`${folder}data/${key}`);
      if (stored === undefined) throw broken(path, `lacks the array of "${name}"`);
      const [dtype, elementBytes] = elementTypeOf(path, name, tensor.storage);
      if (stored.length < length * elementBytes) throw broken(path, `has ${stored.length} bytes for ${length} ${type}`);
      return storedTensor(dtype, tensor.shape, inRowOrder(stored, tensor, elementBytes));
    },
  };
}

function unpickled(path: string, bytes: Uint8Array): PickledValue {
  try {
    return readPickle(bytes);
  } catch (cause) {
    if (!(cause instanceof PickleRefusal)) throw cause;
    const message = `readTorchFile: ${quotedPath(path)} is not read: its pickle ${cause.message}. Save the state dict alone.`;
    throw trainError('CHECKPOINT_FOREIGN', message, { details: { path }, cause });
  }
}

function elementTypeOf(path: string, name: string, { type }: PickledStorage): readonly [Elements, number] {
  const known = elementTypes[type];
  if (known !== undefined) return known;
  const message = `readTorchFile: "${name}" of ${quotedPath(path)} has elements of the type ${type}, which is not read.`;
  throw trainError('CHECKPOINT_FOREIGN', message, { details: { path, name, type } });
}

/** Bytes of the elements that a view looks at, row by row, in memory of their own. */
function inRowOrder(stored: Uint8Array, { offset, shape, strides }: PickledTensor, elementBytes: number): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  const ordered = new Uint8Array(count * elementBytes);
  const index = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < count; i++) {
    ordered.set(stored.subarray(from * elementBytes, (from + 1) * elementBytes), i * elementBytes);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return ordered;
}

function storedTensor(dtype: Elements, shape: readonly number[], bytes: Uint8Array): StoredTensor {
  const { buffer } = bytes;
  switch (dtype) {
    case 'F64':
      return { dtype, shape, data: new Float64Array(buffer) };
    case 'F32':
      return { dtype, shape, data: new Float32Array(buffer) };
    case 'I64':
      return { dtype, shape, data: new BigInt64Array(buffer) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(buffer) };
    default:
      return { dtype, shape, data: bytes };
  }
}

function broken(path: string, found: string): Error {
  const message = `readTorchFile: ${quotedPath(path)} is damaged: it ${found}. Copy or save it again.`;
  return trainError('CHECKPOINT_BROKEN', message, { details: { path } });
}
