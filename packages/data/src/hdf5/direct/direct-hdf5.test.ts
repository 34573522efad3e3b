import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoPath, temporaryFile, temporaryFolder, vectorPath } from '../../../test/fixtures.js';
import { writeWhole } from '../../text/write-whole.js';
import { Hdf5File } from '../hdf5-file.js';
import { writePlainHdf5 } from '../plain/write-plain-hdf5.js';

const kinds = fileURLToPath(new URL('../../../test/hdf5/kinds.h5', import.meta.url));
const manyChunks = fileURLToPath(new URL('../../../test/hdf5/many_chunks.h5', import.meta.url));
const biomVector = (name: string): string => vectorPath(`08_data/biom/${name}`);
const biomSets = ['sample', 'observation'].flatMap((axis) =>
  ['ids', 'matrix/data', 'matrix/indices', 'matrix/indptr', 'metadata/taxonomy'].map((name) => `${axis}/${name}`),
);

/** Everything that the data sets of a file hold, and whether the library was needed. */
async function contentOf(path: string, names: readonly string[], withLibrary: boolean) {
  await using file = await Hdf5File.open(path, { withLibrary });
  const content: Record<string, unknown> = { '/': [...((await file.names('/')) ?? [])].sort() };
  for (const name of names) {
    const found = await file.describe(name);
    if (found === undefined) content[name] = 'none';
    else if (found.kind === 'texts') {
      content[name] = [found.shape, await file.texts(found)];
      for await (const { values, indices } of file.distinctTexts(found)) {
        content[`${name}, distinct`] = Array.from(indices, (index) => values[index]);
      }
    } else content[name] = [found.shape, Array.from(await file.numbers(found))];
  }
  return { content, isDirect: file.isDirect };
}

async function expectSame(path: string, names: readonly string[], isDirect = true): Promise<void> {
  const direct = await contentOf(path, names, false);
  const library = await contentOf(path, names, true);
  expect([direct.isDirect, library.isDirect]).toEqual([isDirect, false]);
  expect(direct.content).toEqual(library.content);
}

describe('direct reading of HDF5', () => {
  it.each(['biom21_int32_taxonomy.biom', 'biom21_int64_hashed_ids.biom'])(
    'finds in %s what the library finds',
    (name) => expectSame(biomVector(name), biomSets),
  );

  it('finds in the demo table what the library finds', () => expectSame(demoPath('table.biom'), biomSets));

  it.each([
    ['numbers', ['i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f4', 'f8', 'empty']],
    ['chunked', ['plain7', 'plain250', 'plain999', 'plain1000', 'deflate', 'shuffle', 'many', 'none']],
    ['texts', ['variable', 'table', 'halves', 'many', 'fixed']],
  ])('reads %s of every kind as the library does', (group, names) =>
    expectSame(
      kinds,
      names.map((name) => `${group}/${name}`),
    ),
  );

  it.each([
    ['variable', ['a', 'bc\0d', 'x'.repeat(8), 'y'.repeat(16)]],
    ['variable', ['a', 'b'.repeat(8), 'last\0']],
    ['fixed', ['a', 'bcd']],
  ] as const)('ends texts of %s length at a NUL, as the library does: %j', async (length, texts) => {
    const path = join(temporaryFolder(), 'texts.h5');
    await writeWhole(path, (file) => writePlainHdf5(file, [{ name: 'texts', texts, length }]));
    await expectSame(path, ['texts']);
    await using file = await Hdf5File.open(path);
    const found = await file.texts((await file.describe('texts'))!);
    expect(found).toEqual(texts.map((text) => text.split('\0')[0]));
  });

  it.each(['cube', 'big_endian', 'fletcher', 'unwritten'])('leaves %s to the library', async (name) => {
    await expectSame(kinds, ['numbers/i4'], true);
    await using file = await Hdf5File.open(kinds);
    expect(Array.from(await file.numbers((await file.describe('numbers/u1'))!))).toEqual([0, 0, 1, 255]);
    expect(file.isDirect).toBe(true);
    const odd = (await file.describe(`odd/${name}`))!;
    expect(file.isDirect).toBe(false);
    if (odd.shape.length === 1) expect((await file.numbers(odd)).length).toBe(odd.shape[0]);
    expect(Array.from(await file.numbers((await file.describe('numbers/u1'))!))).toEqual([0, 0, 1, 255]);
  });

  it('for any range of rows, gives those rows', async () => {
    const whole = Float64Array.from({ length: 1000 }, (_, i) => i * 0.5);
    const name = fc.constantFrom('plain7', 'plain250', 'plain999', 'plain1000', 'deflate');
    await using file = await Hdf5File.open(kinds);
    await fc.assert(
      fc.asyncProperty(name, fc.nat(1000), fc.nat(1000), async (set, one, other) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        const found = await file.numbers((await file.describe(`chunked/${set}`))!, { start, end });
        expect(Array.from(found)).toEqual(Array.from(whole.subarray(start, end)));
      }),
    );
    const texts = (await file.describe('texts/table'))!;
    expect(await file.texts(texts, { start: 2, end: 5 })).toEqual(
      Array.from({ length: 15 }, (_, i) => `text ${i + 10}`),
    );
    expect(file.isDirect).toBe(true);
  });

  it('knows names of groups, and that what is not there is not there', async () => {
    await using file = await Hdf5File.open(kinds);
    expect([...(await file.names('numbers'))!].sort()).toContain('empty');
    expect(await file.names('/')).toHaveLength(24);
    expect(await file.names('numbers/i1')).toBeUndefined();
    expect(await file.names('nothing')).toBeUndefined();
    expect(await file.describe('nothing/at/all')).toBeUndefined();
    expect(await file.describe('numbers')).toBeUndefined();
    expect(file.isDirect).toBe(true);
  });

  it('reads data sets of many chunks as the library does', async () => {
    const kindsOfNumbers = ['i1', 'u2', 'i4', 'i8', 'u8', 'f4', 'f8'];
    const numbers = ['gzip', 'both', 'shuffle'].flatMap((packing) =>
      kindsOfNumbers.map((kind) => `${packing}/${kind}`),
    );
    await expectSame(manyChunks, [...numbers, 'both/noise', 'texts/fixed', 'texts/variable']);
    await using file = await Hdf5File.open(manyChunks);
    const range = { start: 40, end: 999 };
    for (const name of ['gzip/i8', 'both/f4']) {
      const found = await file.numbers((await file.describe(name))!, range);
      expect(Array.from(found)).toEqual(Array.from({ length: 959 }, (_, i) => (i + 40) % 100));
    }
    expect(await file.texts((await file.describe('texts/variable'))!, range)).toEqual(
      Array.from({ length: 959 }, (_, i) => `text ${(i + 40) % 7}`),
    );
    expect(file.isDirect).toBe(true);
  });

  it('leaves a file with one damaged chunk of many to the library, which refuses it', async () => {
    const bytes = readFileSync(manyChunks);
    // A stream of zlib at the level of h5py begins so.
    const starts = [...bytes.keys()].filter((i) => bytes[i] === 0x78 && bytes[i + 1] === 0x5e);
    expect(starts.length).toBeGreaterThan(300);
    await using whole = await Hdf5File.open(manyChunks);
    const set = (await whole.describe('gzip/f8'))!;
    const codes = new Set<string>();
    for (const start of starts.slice(0, 200)) {
      await using file = await Hdf5File.open(temporaryFile('t.h5', Uint8Array.from(bytes).fill(0, start, start + 2)));
      const outcome = await file.numbers(set).then(
        () => 'read',
        ({ code }: { code: string }) => code,
      );
      codes.add(`${outcome}, ${file.isDirect ? 'direct' : 'library'}`);
      if (codes.size === 2) break;
    }
    expect([...codes].sort()).toEqual(['FILE_MALFORMED, library', 'read, direct']);
  });

  it('leaves a text to the library that claims to be longer than it is', async () => {
    const bytes = Uint8Array.from(readFileSync(kinds));
    const view = new DataView(bytes.buffer);
    // A reference is a length, the address of a collection in eight bytes, and an index.
    const isReference = (at: number): boolean => {
      const address = view.getUint32(at + 4, true);
      const marks = Buffer.from(bytes.buffer, Math.min(address, bytes.length - 4), 4).toString('latin1');
      return view.getUint32(at, true) === 200 && view.getUint32(at + 8, true) === 0 && marks === 'GCOL';
    };
    const places = [...bytes.keys()].filter((at) => at + 16 <= bytes.length && isReference(at));
    expect(places).toHaveLength(1);
    const read = async (length: number) => {
      view.setUint32(places[0]!, length, true);
      await using file = await Hdf5File.open(temporaryFile('t.h5', bytes));
      const texts = await file.texts((await file.describe('texts/variable'))!).catch(() => []);
      return { isDirect: file.isDirect, text: texts[3] };
    };
    expect(await read(200)).toEqual({ isDirect: true, text: 'TACG'.repeat(50) });
    expect(await read(4)).toEqual({ isDirect: true, text: 'TACG' });
    expect((await read(201)).isDirect).toBe(false);
  });

  it('for any damaged byte, finds what the library finds or what was there, or leaves it to the library', async () => {
    const path = biomVector('biom21_int32_taxonomy.biom');
    const { content: undamaged } = await contentOf(path, biomSets, false);
    const bytes = Uint8Array.from(readFileSync(path));
    const outcome = async (damaged: string, withLibrary: boolean): Promise<unknown> => {
      try {
        const { content, isDirect } = await contentOf(damaged, biomSets, withLibrary);
        return withLibrary || isDirect ? content : 'asked the library';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
        const damaged = temporaryFile('t.biom', bytes.with(at, value));
        const direct = await outcome(damaged, false);
        if (typeof direct === 'string') return;
        const library = await outcome(damaged, true);
        expect(direct).toEqual(typeof library === 'string' ? undamaged : library);
      }),
      // The example makes a text that is no UTF-8.
      { numRuns: 25, examples: [[2784, 128]] },
    );
  }, 60_000);
});
