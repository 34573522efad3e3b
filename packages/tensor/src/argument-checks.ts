// Checks of arguments before they cross to the addon, where a wrong number would wrap around unseen.
import { tensorError } from './errors.js';

/** The largest number that crosses as an unsigned 32-bit integer. */
const MAX_UINT32: number = 2 ** 32 - 1;

/** @throws SeqError `TENSOR_VALUE` unless `value` is an integer from `low` to `high`. */
export function requireInteger(asked: string, name: string, value: number, low = 0, high: number = MAX_UINT32): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw tensorError('TENSOR_VALUE', `${asked}: ${name} must be an integer from ${low} to ${high}, got ${value}.`, {
    [name]: value,
  });
}

/** @throws SeqError `TENSOR_VALUE` unless `value` is a finite number. */
export function requireFinite(asked: string, name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw tensorError('TENSOR_VALUE', `${asked}: ${name} must be a finite number, got ${value}.`, { [name]: value });
}

/** @throws SeqError `TENSOR_VALUE` unless `value` is one of the words. */
export function requireOneOf(asked: string, name: string, value: string, words: readonly string[]): void {
  if (words.includes(value)) return;
  throw tensorError('TENSOR_VALUE', `${asked}: ${name} is "${value}"; give one of ${words.join(', ')}.`, {
    [name]: value,
  });
}

/** @throws SeqError `TENSOR_SHAPE` unless every size is an integer from 0 to 2^32 - 1. */
export function requireShape(asked: string, shape: readonly number[]): number[] {
  const wrong = shape.findIndex((size) => !(Number.isInteger(size) && size >= 0 && size <= MAX_UINT32));
  if (wrong < 0) return [...shape];
  const found = `size ${shape[wrong]} of axis ${wrong} in shape [${shape.join(', ')}]`;
  throw tensorError('TENSOR_SHAPE', `${asked}: sizes must be integers from 0 to ${MAX_UINT32}, got ${found}.`, {
    shape: [...shape],
  });
}

/** @throws SeqError `TENSOR_SHAPE` unless the axis exists; negative ones count from the last. */
export function requireAxis(asked: string, axis: number, shape: readonly number[]): number {
  const resolved = axis < 0 ? axis + shape.length : axis;
  if (Number.isInteger(resolved) && resolved >= 0 && resolved < shape.length) return resolved;
  const range = shape.length === 0 ? 'there are no axes' : `axes run from ${-shape.length} to ${shape.length - 1}`;
  throw tensorError('TENSOR_SHAPE', `${asked}: axis ${axis} does not exist, ${range}, got [${shape.join(', ')}].`, {
    axis,
    shape: [...shape],
  });
}

/** The largest seed: every seed is a number that JavaScript can count to. */
const MAX_SEED = Number.MAX_SAFE_INTEGER;

/** @throws SeqError `TENSOR_VALUE` unless `seed` is an integer from 0 to 2^53 - 1. */
export function requireSeed(asked: string, seed: number): number {
  return requireInteger(asked, 'seed', seed, 0, MAX_SEED);
}
