// Reads a pickle of plain data and tensors by a small machine of its own. It knows no archive, and no Python object but
// those of pickle-objects.ts.
import { ByteCursor } from './byte-cursor.js';
import { calledObject, PickledName, pickledName, storageOf } from './pickle-objects.js';
import { PickledTensor, type PickledValue, PickleRefusal } from './pickled-value.js';

/**
 * The value of a pickle of protocol 2 to 5.
 *
 * A pickle is a program for a stack machine that may call any function of Python, so opening one from elsewhere with
 * Python's own reader runs whatever its author wished. This reader knows the instructions that build data and a short
 * list of names (ordered dictionaries, tensors and their storages); anything else is refused before it has an effect.
 *
 * @param bytes - the whole pickle.
 * @throws PickleRefusal naming the first foreign object or the place of the damage.
 * @see {@link https://docs.python.org/3/library/pickle.html | pickle} and `pickletools` of Python for the instructions.
 */
export function readPickle(bytes: Uint8Array): PickledValue {
  const cursor = new ByteCursor(bytes);
  const stack = new PickleStack();
  try {
    for (let code = cursor.unsigned(1); code !== stop; code = cursor.unsigned(1)) take(code, cursor, stack);
    return data(stack.pop());
  } catch (cause) {
    if (cause instanceof RangeError) throw new PickleRefusal(`is cut off or damaged at byte ${cursor.at}`);
    throw cause;
  }
}

function take(code: number, cursor: ByteCursor, stack: PickleStack): void {
  const pushed = pushing.get(code);
  const change = changing.get(code);
  if (pushed !== undefined) stack.push(pushed(cursor, stack));
  else if (change !== undefined) change(cursor, stack);
  else
    throw new PickleRefusal(
      `has the instruction 0x${code.toString(16)} at byte ${cursor.at - 1}, which builds no data`,
    );
}

const stop = 0x2e;
const mark = Symbol('mark');

/** What the machine works on: values, marks where a collection begins, and what was put aside by number. */
class PickleStack {
  readonly #values: unknown[] = [];
  readonly #memo = new Map<number, unknown>();

  push(value: unknown): void {
    this.#values.push(value);
  }

  top(): unknown {
    if (this.#values.length === 0) throw new RangeError('the stack is empty');
    return this.#values[this.#values.length - 1];
  }

  pop(): unknown {
    const value = this.top();
    if (value === mark) throw new RangeError('a mark');
    this.#values.pop();
    return value;
  }

  popMany(count: number): unknown[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  popToMark(): unknown[] {
    const start = this.#values.lastIndexOf(mark);
    if (start < 0) throw new RangeError('no mark');
    return this.#values.splice(start).slice(1);
  }

  remember(key: number = this.#memo.size): void {
    this.#memo.set(key, this.top());
  }

  remembered(key: number): unknown {
    if (!this.#memo.has(key)) throw new RangeError('nothing was put aside');
    return this.#memo.get(key);
  }
}

type Instruction<Result> = (cursor: ByteCursor, stack: PickleStack) => Result;

/** Instructions by code that push one value. */
const pushing: ReadonlyMap<number, Instruction<unknown>> = new Map<number, Instruction<unknown>>([
  [0x28, () => mark],
  [0x4e, () => null],
  [0x88, () => true],
  [0x89, () => false],
  // Integers: BININT1, BININT2, BININT, LONG1; floats: BINFLOAT.
  [0x4b, (cursor) => cursor.unsigned(1)],
  [0x4d, (cursor) => cursor.unsigned(2)],
  [0x4a, (cursor) => cursor.signed32()],
  [0x8a, (cursor) => longInteger(cursor)],
  [0x47, (cursor) => cursor.float64()],
  // BINUNICODE, SHORT_BINUNICODE, BINUNICODE8; BINBYTES, SHORT_BINBYTES.
  [0x58, (cursor) => cursor.text(cursor.unsigned(4))],
  [0x8c, (cursor) => cursor.text(cursor.unsigned(1))],
  [0x8d, (cursor) => cursor.text(cursor.unsigned(8))],
  [0x42, (cursor) => cursor.slice(cursor.unsigned(4)).slice()],
  [0x43, (cursor) => cursor.slice(cursor.unsigned(1)).slice()],
  // BINGET, LONG_BINGET.
  [0x68, (cursor, stack) => stack.remembered(cursor.unsigned(1))],
  [0x6a, (cursor, stack) => stack.remembered(cursor.unsigned(4))],
  // EMPTY_DICT, EMPTY_LIST, EMPTY_TUPLE, TUPLE1 to TUPLE3, TUPLE.
  [0x7d, () => new Map()],
  [0x5d, () => []],
  [0x29, () => []],
  [0x85, (_, stack) => stack.popMany(1)],
  [0x86, (_, stack) => stack.popMany(2)],
  [0x87, (_, stack) => stack.popMany(3)],
  [0x74, (_, stack) => stack.popToMark()],
  // GLOBAL, STACK_GLOBAL, BINPERSID, REDUCE.
  [0x63, (cursor) => pickledName(`${cursor.line()}.${cursor.line()}`)],
  [0x93, (_, stack) => pickledName(stack.popMany(2).join('.'))],
  [0x51, (_, stack) => storageOf(stack.pop())],
  [0x52, (_, stack) => call(stack.pop(), stack.pop())],
]);

/** Instructions by code that change what stands on the stack, or nothing. */
const changing: ReadonlyMap<number, Instruction<void>> = new Map<number, Instruction<void>>([
  // PROTO and FRAME only say what follows.
  [0x80, (cursor) => skip(cursor, 1)],
  [0x95, (cursor) => skip(cursor, 8)],
  // BINPUT, LONG_BINPUT, MEMOIZE.
  [0x71, (cursor, stack) => stack.remember(cursor.unsigned(1))],
  [0x72, (cursor, stack) => stack.remember(cursor.unsigned(4))],
  [0x94, (_, stack) => stack.remember()],
  // APPEND, APPENDS, SETITEM, SETITEMS, BUILD.
  [0x61, (_, stack) => append([stack.pop()], stack.top())],
  [0x65, (_, stack) => append(stack.popToMark(), stack.top())],
  [0x73, (_, stack) => setItems(stack.popMany(2), stack.top())],
  [0x75, (_, stack) => setItems(stack.popToMark(), stack.top())],
  [0x62, (_, stack) => setAttributes(stack.pop(), stack.top())],
]);

function skip(cursor: ByteCursor, byteCount: number): void {
  cursor.slice(byteCount);
}

function longInteger(cursor: ByteCursor): number | bigint {
  const byteCount = cursor.unsigned(1);
  if (byteCount > 8) throw new PickleRefusal(`has an integer of ${byteCount} bytes`);
  return cursor.signed(byteCount);
}

function call(values: unknown, called: unknown): unknown {
  if (!Array.isArray(values)) throw new PickleRefusal('calls a name without a tuple');
  return calledObject(called, values);
}

function append(values: readonly unknown[], list: unknown): void {
  if (!Array.isArray(list)) throw new PickleRefusal('appends to something that is no list');
  for (const value of values) list.push(value);
}

function setItems(values: readonly unknown[], dictionary: unknown): void {
  if (!(dictionary instanceof Map) || values.length % 2 !== 0) throw new PickleRefusal('sets items of no dictionary');
  for (let i = 0; i < values.length; i += 2) dictionary.set(values[i], values[i + 1]);
}

/** A state dict carries the versions of its layers as an attribute; what the dictionary holds does not depend on them. */
function setAttributes(_attributes: unknown, target: unknown): void {
  if (!(target instanceof Map)) throw new PickleRefusal('sets attributes of an object');
}

/** A value that is data; names and storages on their own are none. */
function data(value: unknown): PickledValue {
  const isName = value instanceof PickledName || value === undefined;
  const isStorage = typeof value === 'object' && value !== null && 'key' in value && !(value instanceof PickledTensor);
  if (isName || isStorage) throw new PickleRefusal('holds a name instead of data');
  return value as PickledValue;
}
