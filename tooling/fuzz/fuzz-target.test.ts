import { SeqError } from '@seq/tensor';
import { expect, it } from 'vitest';
import { isRefusal } from './fuzz-target.js';

it('a refusal is a typed error, and a panic of the addon is none', () => {
  expect(isRefusal(new SeqError('TENSOR_SHAPE', 'refused'))).toBe(true);
  expect(isRefusal(new SeqError('NATIVE_FAULT', 'panicked'))).toBe(false);
  expect(isRefusal(new TypeError('careless'))).toBe(false);
  expect(isRefusal(undefined)).toBe(false);
});
