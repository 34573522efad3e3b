import { CategoricalEmbedder, type CategoryIndices } from '@seq/categorical';
import { Adam, AdamW, backward, mul, ParameterStore, Sgd, sum, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';

const columns = [
  { name: 'site', cardinality: 4, embeddingWidth: 3 },
  { name: 'a.b', cardinality: 3, embeddingWidth: 2 },
  { name: '__proto__', cardinality: 1, embeddingWidth: 1 },
];
const indices: CategoryIndices = Object.fromEntries([
  ['site', Int32Array.of(3, 0, 1, 3)],
  ['a.b', Int32Array.of(2, 1, 0, 2)],
  ['__proto__', Int32Array.of(0, 0, 0, 0)],
]);

function build() {
  const store = new ParameterStore({ dtype: 'float64', seed: 3 });
  return { store, embedder: new CategoricalEmbedder(store.scope(), columns) };
}

/** Street in city in country: three samples, the second without a known city, the third without anything known. */
function hierarchy() {
  const store = new ParameterStore({ dtype: 'float64', seed: 5 });
  const embedder = new CategoricalEmbedder(store.scope(), [
    { name: 'street', cardinality: 2, parent: 'city' },
    { name: 'city', cardinality: 3, parent: 'country' },
    { name: 'country', cardinality: 3, embeddingWidth: 3 },
  ]);
  const places: CategoryIndices = {
    street: Int32Array.of(1, 0, 0),
    city: Int32Array.of(1, 0, 0),
    country: Int32Array.of(2, 1, 0),
  };
  /** The vector of a column for a sample. */
  const at = (column: string) => {
    const rows = [...embedder.forward(places, { sampleCount: 3 }).toTypedArray()];
    const start = 3 * embedder.schema.findIndex(({ name }) => name === column);
    return (sample: number) => rows.slice(9 * sample + start, 9 * sample + start + 3);
  };
  return { store, embedder, places, at };
}

describe('CategoricalEmbedder', () => {
  it('concatenates the rows of a sample over the columns in alphabetical order', () => {
    const { store, embedder } = build();
    expect(store.names()).toEqual(['__proto__', 'a%2Eb', 'site'].map((name) => `embeddings.${name}.weight`));
    const [proto, ab, site] = store.names().map((name) => store.read(name));
    const rows = embedder.forward(indices, { sampleCount: 4 });
    expect(rows.shape).toEqual([4, 6]);
    const want = [0, 1, 2, 3].flatMap((sample) => {
      const row = (table: ArrayLike<number>, index: number, width: number): number[] =>
        Array.from(table).slice(index * width, (index + 1) * width);
      return [...row(proto!, 0, 1), ...row(ab!, indices['a.b']![sample]!, 2), ...row(site!, indices.site![sample]!, 3)];
    });
    expect(Array.from(rows.toTypedArray())).toEqual(want);
  });

  it('sends no gradient to the rows of unknown, whatever their value', () => {
    const { store, embedder } = build();
    const weight = tensor(
      Float64Array.from({ length: 24 }, (_, i) => i + 1),
      [4, 6],
    );
    for (const name of store.names()) {
      store.write(
        name,
        store.read(name).map((value) => value + 1),
      );
    }
    backward(sum(mul(embedder.forward(indices, { sampleCount: 4 }), weight)));
    expect(Array.from(store.gradient('embeddings.__proto__.weight'))).toEqual([0]);
    expect(Array.from(store.gradient('embeddings.a%2Eb.weight'))).toEqual([0, 0, 8, 9, 2 + 20, 3 + 21]);
    const ofSite = [0, 0, 0, 16, 17, 18, 0, 0, 0, 4 + 22, 5 + 23, 6 + 24];
    expect(Array.from(store.gradient('embeddings.site.weight'))).toEqual(ofSite);
  });

  it.each([
    ['AdamW', (store: ParameterStore) => new AdamW(store, { weightDecay: 0.1 })],
    ['Adam', (store: ParameterStore) => new Adam(store)],
    ['SGD with momentum', (store: ParameterStore) => new Sgd(store, { momentum: 0.9 })],
  ])('keeps the rows of unknown at zero while %s trains the others', (_, optimiserOf) => {
    const { store, embedder } = build();
    const unknownRows = () => store.names().flatMap((name) => [...store.read(name).slice(0, store.shapeOf(name)[1])]);
    const before = [...store.read('embeddings.site.weight')];
    expect(unknownRows()).toEqual(new Array(6).fill(0));
    const optimiser = optimiserOf(store);
    for (let step = 0; step < 5; step++) {
      const rows = embedder.forward(indices, { sampleCount: 4 });
      backward(sum(mul(rows, rows)));
      optimiser.step({ learningRate: 0.05 });
      store.clearGradients();
    }
    expect(unknownRows().map(Math.abs)).toEqual(new Array(6).fill(0));
    expect([...store.read('embeddings.site.weight')]).not.toEqual(before);
  });

  it('lets a child start as its parent, learn how it differs, and fall back to it where it is unknown', () => {
    const { store, embedder, at } = hierarchy();
    expect(embedder.schema.map(({ embeddingWidth }) => embeddingWidth)).toEqual([3, 3, 3]);
    const [city, country] = [at('city'), at('country')];
    expect(city(0)).toEqual(country(0));
    expect(city(1)).toEqual(country(1));
    store.write('embeddings.city.weight', [0, 0, 0, 1, 2, 3, 0, 0, 0]);
    expect(at('city')(0)).toEqual(country(0).map((value, i) => value + i + 1));
    // Sample 1 has an unknown city in a known country, sample 2 neither.
    expect(at('city')(1)).toEqual(country(1));
    expect(at('city')(2)).toEqual([0, 0, 0]);
    // A grandchild adds both levels.
    store.write('embeddings.street.weight', [0, 0, 0, 10, 10, 10]);
    expect(at('street')(0)).toEqual(at('city')(0).map((value) => value + 10));
  });

  it('sends gradients of a child to itself and to its ancestors, as finite differences say', () => {
    const { store, embedder, places } = hierarchy();
    const weight = tensor(
      Float64Array.from({ length: 27 }, (_, i) => Math.sin(i + 1)),
      [3, 9],
    );
    const loss = () => {
      const rows = embedder.forward(places, { sampleCount: 3 });
      return sum(mul(mul(rows, rows), weight));
    };
    backward(loss());
    for (const name of store.names()) {
      const gradient = store.gradient(name);
      const values = store.read(name);
      for (let i = 3; i < values.length; i++) {
        const at = (step: number): number => {
          store.write(
            name,
            values.map((value, k) => value + (k === i ? step : 0)),
          );
          return loss().item();
        };
        expect(Math.abs((at(1e-5) - at(-1e-5)) / 2e-5 - gradient[i]!)).toBeLessThanOrEqual(1e-8);
      }
      store.write(name, values);
      expect([...gradient.slice(0, 3)]).toEqual([0, 0, 0]);
    }
  });

  it('agrees with finite differences of its tables', () => {
    const { store, embedder } = build();
    const weight = tensor(
      Float64Array.from({ length: 24 }, (_, i) => Math.sin(i)),
      [4, 6],
    );
    const loss = () => {
      const rows = embedder.forward(indices, { sampleCount: 4 });
      return sum(mul(mul(rows, rows), weight));
    };
    backward(loss());
    const name = 'embeddings.site.weight';
    const gradient = store.gradient(name);
    const values = store.read(name);
    for (let i = 3; i < values.length; i++) {
      const at = (step: number): number => {
        store.write(
          name,
          values.map((value, k) => value + (k === i ? step : 0)),
        );
        return loss().item();
      };
      expect(Math.abs((at(1e-5) - at(-1e-5)) / 2e-5 - gradient[i]!)).toBeLessThanOrEqual(1e-8);
    }
  });

  it('gives index 0 to a column that is left out, and an error if it is required', () => {
    const { embedder } = build();
    const { site, ...rest } = indices;
    const zeros = embedder.forward({ ...rest, site: new Int32Array(4) }, { sampleCount: 4 });
    expect(embedder.forward(rest, { sampleCount: 4 }).toTypedArray()).toEqual(zeros.toTypedArray());
    const required = columns.map((column) => ({ ...column, isRequired: true }));
    const strict = new CategoricalEmbedder(new ParameterStore({ seed: 0 }).scope(), required);
    expect(() => strict.forward(rest, { sampleCount: 4 })).toThrow(/required column "site" is not given/);
  });

  it('refuses indices outside a table and columns of another length', () => {
    const { embedder } = build();
    const site = Int32Array.of(0, 4, 0, 0);
    expect(() => embedder.forward({ ...indices, site }, { sampleCount: 4 })).toThrow(/index 4 in row 1.*0 to 3/);
    expect(() => embedder.forward(indices, { sampleCount: 5 })).toThrow(/4 indices for 5 samples/);
  });

  it('drops the same elements for the same sample ids, step and seed', () => {
    const { embedder } = build();
    const drop = (step: number, sequenceIds: Uint32Array) =>
      embedder
        .forward(indices, { sampleCount: 4, dropout: { probability: 0.5, seed: 1, site: 6144, step, sequenceIds } })
        .toTypedArray();
    const ids = Uint32Array.of(5, 6, 7, 5);
    expect(drop(1, ids)).toEqual(drop(1, ids));
    expect(drop(1, ids)).not.toEqual(drop(2, ids));
    expect(drop(1, ids).slice(0, 6)).toEqual(drop(1, ids).slice(18));
  });
});
