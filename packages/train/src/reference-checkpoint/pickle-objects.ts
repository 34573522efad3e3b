// The Python objects that a pickle of tensors may name, and what becomes of them. Whatever is not listed here is refused
// by its name; nothing is ever looked up, imported or run.
import { type PickledStorage, PickledTensor, type PickledValue, PickleRefusal } from './pickled-value.js';

/** A Python name inside a pickle. */
export class PickledName {
  /** @param name - module and object, such as `collections.OrderedDict`. */
  constructor(readonly name: string) {}
}

const storageName = /^torch\.(\w+Storage)$/;
const callables: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_parameter',
  'torch.Size',
  'torch.device',
]);

/**
 * The name as a value that can be called or stand in a storage.
 *
 * @throws PickleRefusal for every name that is not listed.
 */
export function pickledName(name: string): PickledName {
  if (callables.has(name) || storageName.test(name)) return new PickledName(name);
  throw new PickleRefusal(`asks for the Python object "${name}", and only tensors and plain data are read`);
}

/** What a call of a listed name gives. */
export function calledObject(called: unknown, values: readonly unknown[]): unknown {
  if (!(called instanceof PickledName)) throw new PickleRefusal('calls something that is no Python name');
  switch (called.name) {
    case 'collections.OrderedDict':
      return orderedDictionary(values);
    case 'torch._utils._rebuild_tensor_v2':
      return rebuiltTensor(values);
    case 'torch._utils._rebuild_parameter':
      if (values[0] instanceof PickledTensor) return values[0];
      throw new PickleRefusal('has a parameter without a tensor');
    case 'torch.Size':
      return values[0];
    case 'torch.device':
      return values.join(':');
    default:
      throw new PickleRefusal(`calls "${called.name}"`);
  }
}

/** The array that the identifier `('storage', type, key, device, length)` stands for. */
export function storageOf(identifier: unknown): PickledStorage {
  if (Array.isArray(identifier) && identifier.length >= 5 && identifier[0] === 'storage') {
    const [, name, key, , length] = identifier as readonly unknown[];
    const type = name instanceof PickledName ? storageName.exec(name.name)?.[1] : undefined;
    if (type !== undefined && typeof key === 'string' && isSize(length)) return { type, key, length };
  }
  throw new PickleRefusal('names a stored array in a way that PyTorch does not');
}

function orderedDictionary(values: readonly unknown[]): Map<PickledValue, PickledValue> {
  const [pairs = []] = values as readonly (readonly (readonly [PickledValue, PickledValue])[])[];
  if (!Array.isArray(pairs) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) {
    throw new PickleRefusal('has a dictionary that is no list of pairs');
  }
  return new Map(pairs);
}

function rebuiltTensor([storage, offset, shape, strides]: readonly unknown[]): PickledTensor {
  if (!isStorage(storage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) {
    throw new PickleRefusal('has a tensor without storage, offset, shape and strides');
  }
  if (shape.length !== strides.length) throw new PickleRefusal('has a tensor with more axes than strides');
  const last = shape.includes(0)
    ? offset - 1
    : shape.reduce((at, size, axis) => at + (size - 1) * strides[axis]!, offset);
  const elements = shape.reduce((product, size) => product * size, 1);
  if (last >= storage.length || elements > Math.max(storage.length, 1)) {
    throw new PickleRefusal(`has a tensor of ${shape.join(' x ')} in an array of ${storage.length}`);
  }
  return new PickledTensor(storage, offset, shape, strides);
}

function isStorage(value: unknown): value is PickledStorage {
  return typeof value === 'object' && value !== null && 'key' in value && 'type' in value;
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= 8 && value.every(isSize);
}
