import { ParameterStore, SeqError } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { Linear } from './layers/linear.js';
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.js';
import { loadStateDict, stateDict } from './state-dict.js';

function build(dtype: 'float32' | 'float64' = 'float32', seed = 1) {
  const store = new ParameterStore({ dtype, seed });
  new Linear(store.scope().child('base_model').child('a'), { inputs: 3, outputs: 2 });
  new Linear(store.scope().child('head'), { inputs: 2, outputs: 1, bias: false });
  return store;
}

function failure(work: () => unknown): SeqError {
  try {
    work();
  } catch (error) {
    if (error instanceof SeqError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

const f32 = (shape: readonly number[], data: readonly number[]): StoredTensor => {
  return { dtype: 'F32', shape, data: Float32Array.from(data) };
};

describe('stateDict and loadStateDict', () => {
  it.each(['float32', 'float64'] as const)('carry %s weights through a file bit by bit', (dtype) => {
    const [from, to] = [build(dtype, 1), build(dtype, 2)];
    const bytes = writeSafetensors(stateDict(from));
    const report = loadStateDict(to, readSafetensors(bytes).tensors);
    expect(report).toEqual({ loaded: from.names(), missing: [], unexpected: [] });
    for (const name of from.names()) expect(to.read(name)).toEqual(from.read(name));
  });

  it('strip the prefixes of wrapped and compiled models and add one for a part of a model', () => {
    const [from, to] = [build('float32', 1), build('float32', 2)];
    const base = stateDict(from, { prefix: 'base_model.' });
    expect([...base.keys()]).toEqual(['a.weight', 'a.bias']);
    const wrapped = new Map([...base].map(([name, stored]) => [`_orig_mod.module.${name}`, stored]));
    const head = to.read('head.weight');
    const { loaded } = loadStateDict(to, wrapped, { prefix: 'base_model.' });
    expect(loaded).toEqual(['base_model.a.weight', 'base_model.a.bias']);
    expect(to.read('base_model.a.bias')).toEqual(from.read('base_model.a.bias'));
    expect(to.read('head.weight')).toEqual(head);
  });

  it('reads half-precision weights', () => {
    const store = build();
    const half = (dtype: 'F16' | 'BF16', words: readonly number[]): StoredTensor => {
      return { dtype, shape: [words.length], data: new Uint8Array(Uint16Array.from(words).buffer) };
    };
    const bias = (stored: StoredTensor): number[] => {
      loadStateDict(store, new Map([['base_model.a.bias', stored]]), { strict: false });
      return Array.from(store.read('base_model.a.bias'));
    };
    expect(bias(half('F16', [0x3555, 0xc000]))).toEqual([0.333251953125, -2]);
    expect(bias(half('F16', [0x0001, 0x7c00]))).toEqual([2 ** -24, Number.POSITIVE_INFINITY]);
    expect(bias(half('BF16', [0x3f80, 0xc049]))).toEqual([1, -3.140625]);
  });

  it('report missing and unexpected names with counts, and set nothing then', () => {
    const store = build();
    const given = new Map(stateDict(build('float32', 2)));
    given.delete('head.weight');
    given.set('extra.weight', f32([1], [1]));
    const before = store.read('base_model.a.weight');
    const error = failure(() => loadStateDict(store, given));
    expect(error.code).toBe('STATE_DICT_MISMATCH');
    expect(error.message).toMatch(/2 of 3 .*1 missing \(first: head.weight\), 1 unexpected \(first: extra.weight\)/);
    expect(error.details).toEqual({ missing: ['head.weight'], unexpected: ['extra.weight'] });
    expect(store.read('base_model.a.weight')).toEqual(before);
    const report = loadStateDict(store, given, { strict: false });
    expect(report.missing).toEqual(['head.weight']);
    expect(report.unexpected).toEqual(['extra.weight']);
    expect(store.read('base_model.a.weight')).not.toEqual(before);
  });

  it.each<[string, Map<string, StoredTensor>, RegExp]>([
    [
      'another shape',
      new Map([['head.weight', f32([2, 1], [1, 2])]]),
      /"head.weight" is F32 \[2, 1\].*floats \[1, 2\]/,
    ],
    [
      'integers',
      new Map([['head.weight', { dtype: 'I32', shape: [1, 2], data: Int32Array.of(1, 2) }]]),
      /"head.weight" is I32/,
    ],
    ['nothing that fits', new Map([['other', f32([1], [1])]]), /0 of 3 parameters/],
    [
      'two names that become one',
      new Map([
        ['head.weight', f32([1, 2], [1, 2])],
        ['module.head.weight', f32([1, 2], [1, 2])],
      ]),
      /two of the given names become "head.weight"/,
    ],
  ])('refuse %s even when not strict', (_, tensors, message) => {
    const error = failure(() => loadStateDict(build(), tensors, { strict: false }));
    expect(error.code).toBe('STATE_DICT_MISMATCH');
    expect(error.message).toMatch(message);
  });
});
