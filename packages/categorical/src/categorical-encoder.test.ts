import { SeqError } from '@seq/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CategoricalEncoder } from './categorical-encoder.js';

function code(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SeqError) return error.code;
    throw error;
  }
  return 'none';
}

const site = ['skin', 'gut', null, 'gut', 'oral'];
const age = ['9', '10', '2', undefined, '10'];

describe('CategoricalEncoder', () => {
  it('numbers categories from 1 in the order of their text', () => {
    const encoder = CategoricalEncoder.fit({ site, age });
    expect(encoder.columnNames).toEqual(['age', 'site']);
    expect(encoder.categories('age')).toEqual(['10', '2', '9']);
    expect(encoder.encode({ site, age })).toEqual({
      age: Int32Array.of(3, 1, 2, 0, 1),
      site: Int32Array.of(3, 1, 0, 1, 2),
    });
    expect([0, 1, 3].map((index) => encoder.decode('age', index))).toEqual([null, '10', '9']);
  });

  it('gives 0 for what it has not seen, without trimming or changing case', () => {
    const encoder = CategoricalEncoder.fit({ site });
    expect(encoder.encode({ site: ['gut', ' gut', 'Gut', 'moon', null] }).site).toEqual(Int32Array.of(1, 0, 0, 0, 0));
  });

  it('describes its columns for a model', () => {
    const encoder = CategoricalEncoder.fit({ site, age }, { required: ['site'] });
    expect(encoder.schema({ embeddingWidth: new Map([['age', 4]]) })).toEqual([
      { name: 'age', cardinality: 4, embeddingWidth: 4, isRequired: false },
      { name: 'site', cardinality: 4, embeddingWidth: 16, isRequired: true },
    ]);
  });

  it('for any columns, comes back from JSON with the same numbers', () => {
    const names = fc.oneof(
      fc.constantFrom('type', 'values', '__proto__', 'constructor', 'a.b', 'toString'),
      fc.string({ minLength: 1 }),
    );
    const values = fc.array(fc.option(fc.string()), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(names, values), { selector: ([name]) => name, maxLength: 5 }), (entries) => {
        const columns = new Map(entries);
        const encoder = CategoricalEncoder.fit(columns);
        const again = CategoricalEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)));
        const encoded = again.encode(columns);
        expect(Object.keys(encoded).sort()).toEqual([...columns.keys()].sort());
        for (const [name, texts] of columns) {
          const own = Object.getOwnPropertyDescriptor(encoded, name)?.value as Int32Array;
          expect(Array.from(own, (index) => again.decode(name, index))).toEqual(texts);
        }
        expect(again.schema()).toEqual(encoder.schema());
      }),
    );
  });

  it('reports columns that are missing and required values that are unknown', () => {
    const encoder = CategoricalEncoder.fit({ site, age }, { required: ['site'] });
    expect(code(() => encoder.encode({ age }))).toBe('CATEGORY_COLUMN_MISSING');
    expect(code(() => encoder.encode({ age, site }))).toBe('CATEGORY_UNKNOWN');
    expect(() => encoder.encode({ age: ['9'], site: ['moon'] })).toThrow(/1 of 1 .*first: "moon" in row 0/);
    expect(code(() => encoder.categories('depth'))).toBe('CATEGORY_COLUMN_MISSING');
    expect(code(() => encoder.decode('age', 4))).toBe('CATEGORY_INDEX_INVALID');
    expect(code(() => CategoricalEncoder.fit({ site }, { required: ['age'] }))).toBe('CATEGORY_COLUMN_MISSING');
    expect(code(() => CategoricalEncoder.fit({ '': site }))).toBe('SCHEMA_INVALID');
  });

  it.each([
    ['nothing', undefined],
    ['another format', { format: 'other', version: 1, columns: [] }],
    ['a later version', { format: 'seq-categorical-encoder', version: 2, columns: [] }],
    ['no columns', { format: 'seq-categorical-encoder', version: 1 }],
    ['a column without name', { format: 'seq-categorical-encoder', version: 1, columns: [{ isRequired: true }] }],
    [
      'a category twice',
      {
        format: 'seq-categorical-encoder',
        version: 1,
        columns: [{ name: 'a', isRequired: false, categories: ['x', 'x'] }],
      },
    ],
  ])('refuses a saved form with %s', (_, saved) => {
    expect(code(() => CategoricalEncoder.fromJSON(saved))).toBe('ENCODER_BROKEN');
  });
});
