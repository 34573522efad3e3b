import { SeqError } from '@seq/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CategoricalEncoder } from './categorical-encoder.js';
import { describeUnseen } from './unseen-report.js';

function code(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SeqError) return error.code;
    throw error;
  }
  return 'none';
}

/** A saved form of columns that have one category each unless they say otherwise. */
function withColumns(...columns: readonly Record<string, unknown>[]) {
  const complete = columns.map((column) => ({ isRequired: false, categories: ['x'], ...column }));
  return { format: 'seq-categorical-encoder', version: 1, columns: complete };
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
      fc.constantFrom('type', 'values', '__proto__', 'constructor', 'a.b', 'toString', ' ', '\ud800', 'é🧬'),
      fc.string({ minLength: 1 }),
      fc.string({ minLength: 1, unit: 'binary' }),
    );
    const value = fc.option(fc.oneof(fc.string(), fc.string({ unit: 'binary' })));
    const values = fc.array(value, { minLength: 3, maxLength: 3 });
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

  it.each([
    [[1], /1 of 1 values that are no text \(first: number 1 in row 0\)/],
    [['x', Number.NaN], /first: number NaN in row 1/],
    [[true], /first: boolean true/],
    ['xy', /is no list of texts but string/],
    [null, /is no list of texts but null/],
  ])('takes text only, and refuses %j', (column, words) => {
    const fit = () => CategoricalEncoder.fit({ a: column } as never);
    expect(fit).toThrow(words);
    expect(code(fit)).toBe('CATEGORY_NOT_TEXT');
    expect(code(() => CategoricalEncoder.fit({ a: ['x'] }).encode({ a: column } as never))).toBe('CATEGORY_NOT_TEXT');
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

  it('reports unseen and missing values by column: how many, and the first few', () => {
    const encoder = CategoricalEncoder.fit({ site, age });
    const found = ['moon', 'gut', null, 'mars', 'moon', 'a', 'b', 'c', 'd'];
    const { indices, unseen } = encoder.encodeWithReport({ site: found, age: found.map(() => '9') });
    expect(indices.site).toEqual(Int32Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0));
    const nothing = { unseenCount: 0, missingCount: 0, otherParentCount: 0, inferredCount: 0, distinctCount: 0 };
    expect(unseen).toEqual([
      { name: 'age', sampleCount: 9, ...nothing, first: [] },
      {
        ...{ name: 'site', sampleCount: 9, ...nothing, unseenCount: 7, missingCount: 1, distinctCount: 6 },
        first: [
          { value: 'moon', row: 0, count: 2 },
          { value: 'mars', row: 3, count: 1 },
          ...['a', 'b', 'c'].map((value, i) => ({ value, row: 5 + i, count: 1 })),
        ],
      },
    ]);
    expect(describeUnseen(unseen, { sampleIds: found.map((_, i) => `S${i}`) })).toEqual([
      '"site": 7 of 9 samples have 6 values that training never saw ' +
        '("moon" in sample S0 and 1 more, "mars" in sample S3, "a" in sample S5, "b" in sample S6, "c" in sample S7, ' +
        'and 1 others)',
    ]);
    expect(describeUnseen(encoder.encodeWithReport({ site, age }).unseen)).toEqual([]);
  });

  it('takes text only, and columns of one length', () => {
    const numbers = [1, null, 2] as unknown as string[];
    expect(code(() => CategoricalEncoder.fit({ numbers }))).toBe('CATEGORY_NOT_TEXT');
    const encoder = CategoricalEncoder.fit({ site, age });
    const wrong = { site, age: ['9', true, '9', '9', '9'] as unknown as string[] };
    expect(() => encoder.encode(wrong)).toThrow(
      /"age" has 1 of 5 values that are no text \(first: boolean true in row 1\)/,
    );
    expect(() => encoder.encode({ site, age: ['9'] })).toThrow(/"site" has 5 values, "age" has 1/);
    expect(encoder.encode({ site, age, other: numbers }).age).toHaveLength(5);
  });

  describe('with parents', () => {
    const country = ['AT', 'AT', 'IT', 'IT', null, null];
    const city = ['Graz', 'Wien', 'Roma', null, 'Roma', 'Atlantis'];
    const parents = new Map([['city', 'country']]);
    const encoder = CategoricalEncoder.fit({ country, city }, { parents });
    const again = CategoricalEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)));

    it.each([
      ['fitted', encoder],
      ['read back', again],
    ])(
      'a %s encoder infers a missing parent from a known child, and knows a child under its own parent only',
      (_, e) => {
        const asked = {
          country: [null, 'IT', 'AT', 'XX', null, 'IT'],
          city: ['Wien', 'Wien', 'Linz', 'Roma', 'Atlantis', null],
        };
        const { indices, unseen } = e.encodeWithReport(asked);
        expect(e.categories('city')).toEqual(['Atlantis', 'Graz', 'Roma', 'Wien']);
        expect(indices.country).toEqual(Int32Array.of(1, 2, 1, 0, 0, 2));
        expect(indices.city).toEqual(Int32Array.of(4, 0, 0, 0, 1, 0));
        expect(unseen.map(({ name, unseenCount }) => [name, unseenCount])).toEqual([
          ['city', 3],
          ['country', 1],
        ]);
        expect(unseen.map(({ otherParentCount }) => otherParentCount)).toEqual([2, 0]);
        expect(unseen.map(({ inferredCount, missingCount }) => [inferredCount, missingCount])).toEqual([
          [0, 1],
          [1, 1],
        ]);
        expect(describeUnseen(unseen)[0]).toMatch(/; 2 of them are known under another parent$/);
      },
    );

    it('for any towns in lands, gives known children their own parents, and decodes to what was read', () => {
      const land = fc.integer({ min: 0, max: 3 });
      const sample = fc.record({ town: fc.integer({ min: 0, max: 9 }), hasLand: fc.boolean(), hasTown: fc.boolean() });
      const column = (
        rows: readonly { readonly [key: string]: unknown }[],
        has: string,
        text: (row: never) => string,
      ) => rows.map((row) => (row[has] === true ? text(row as never) : null));
      fc.assert(
        fc.property(
          fc.array(land, { minLength: 10, maxLength: 10 }),
          fc.array(sample),
          fc.array(sample),
          (lands, a, b) => {
            const columns = (rows: typeof a) => ({
              country: column(rows, 'hasLand', ({ town }: { town: number }) => `land ${lands[town]}`),
              city: column(rows, 'hasTown', ({ town }: { town: number }) => `town ${town}`),
            });
            const training = columns(a);
            const fitted = CategoricalEncoder.fit(training, { parents });
            const parentOf = new Map(
              a.filter((row) => row.hasLand && row.hasTown).map((row) => [row.town, lands[row.town]]),
            );
            for (const rows of [a, b]) {
              const given = columns(rows);
              const { indices, unseen } = fitted.encodeWithReport(given);
              for (const [row, { town }] of rows.entries()) {
                const [country, city] = [indices.country![row]!, indices.city![row]!];
                const names = [fitted.decode('country', country), fitted.decode('city', city)];
                if (city > 0) expect(names[1]).toBe(given.city[row]);
                if (city > 0 && country > 0) expect(names[0]).toBe(`land ${parentOf.get(town)}`);
                if (given.country[row] !== null && country > 0) expect(names[0]).toBe(given.country[row]);
              }
              const zeros = (column: Int32Array) => column.filter((index) => index === 0).length;
              const counted = unseen.map(({ missingCount, unseenCount }) => missingCount + unseenCount);
              expect(counted).toEqual([zeros(indices.city!), zeros(indices.country!)]);
            }
          },
        ),
      );
    });

    it('infers through several levels, and drops all levels below one that does not fit', () => {
      const street = ['Ring', 'Gasse', 'Via', null, null, null];
      const levels = new Map([...parents, ['street', 'city']]);
      const three = CategoricalEncoder.fit({ street, city, country }, { parents: levels });
      const {
        street: streets,
        city: cities,
        country: countries,
      } = three.encode({
        street: ['Via', 'Via', 'Ring'],
        city: [null, null, 'Wien'],
        country: [null, 'AT', null],
      });
      expect(streets).toEqual(Int32Array.of(3, 0, 0));
      expect(cities).toEqual(Int32Array.of(3, 0, 4));
      expect(countries).toEqual(Int32Array.of(2, 1, 1));
      expect(
        three.schema({ embeddingWidth: new Map([['country', 5]]) }).map((c) => [c.parent, c.embeddingWidth]),
      ).toEqual([
        ['country', 5],
        [undefined, 5],
        ['city', 5],
      ]);
    });

    it('refuses a category under two parents, a parent that is not there, and a circle', () => {
      const twice = { country: ['US', 'UK'], city: ['Boston', 'Boston'] };
      expect(() => CategoricalEncoder.fit(twice, { parents })).toThrow(/first: "Boston" under "UK" and "US"/);
      expect(code(() => CategoricalEncoder.fit(twice, { parents }))).toBe('HIERARCHY_AMBIGUOUS');
      expect(code(() => CategoricalEncoder.fit({ city }, { parents }))).toBe('CATEGORY_COLUMN_MISSING');
      const circle = new Map([...parents, ['country', 'city']]);
      const places = { country: ['AT'], city: ['Wien'] };
      expect(code(() => CategoricalEncoder.fit(places, { parents: circle }))).toBe('SCHEMA_INVALID');
    });
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
    ['a parent that is not there', withColumns({ name: 'a', parent: 'b', parentIndices: [0] })],
    ['no index of a parent', withColumns({ name: 'a', parent: 'b' }, { name: 'b' })],
    ['an index beyond the parent', withColumns({ name: 'a', parent: 'b', parentIndices: [2] }, { name: 'b' })],
    ['a column as its own parent', withColumns({ name: 'a', parent: 'a', parentIndices: [1] })],
    ['a column twice', withColumns({ name: 'a' }, { name: 'a' })],
    ['a column of empty name', withColumns({ name: '' })],
  ])('refuses a saved form with %s', (_, saved) => {
    expect(code(() => CategoricalEncoder.fromJSON(saved))).toBe('ENCODER_BROKEN');
  });
});
