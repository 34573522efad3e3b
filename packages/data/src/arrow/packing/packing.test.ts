import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, temporaryFile } from '../../../test/fixtures.js';
import { readFeatureTable } from '../../table/read-feature-table.js';
import { readArrowVectors } from '../read-arrow-vectors.js';

type Unpack = (packed: Uint8Array, size: number) => Uint8Array;

const load = async (name: string): Promise<Record<string, Unpack>> => import(new URL(name, import.meta.url).href);
const { lz4Block, lz4Frame, lz4OfParquet } = await load('./lz4.js');
const { zstdFrame } = await load('./zstd.js');

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../test/long-form/packed/${name}`, import.meta.url));
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(fixture(name)));

/** What the two streams hold. */
const text = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `${(i * i) % 1009}, `).join(''));

/** 21 times `a`, then `bcdef`: a literal, a copy of 20, and a last run of literals. */
const block = Uint8Array.of(0x1f, 0x61, 1, 0, 1, 0x50, 0x62, 0x63, 0x64, 0x65, 0x66);
const unpacked = Buffer.from(`${'a'.repeat(21)}bcdef`);
const ofHadoop = Uint8Array.of(0, 0, 0, 26, 0, 0, 0, 11, ...block, 0, 0, 0, 26, 0, 0, 0, 11, ...block);

const streams = [
  ['LZ4, blocks that copy from others', lz4Frame!, 'stream.lz4'],
  ['Zstandard without a size', zstdFrame!, 'stream.zstd'],
] as const;

describe('files packed by pyarrow', () => {
  it.each([
    'snappy.parquet',
    'gzip.parquet',
    'brotli.parquet',
    'zstd.parquet',
    'lz4.parquet',
    'lz4.feather',
    'lz4-dictionary.feather',
    'zstd.feather',
    'zstd.arrows',
  ])('%s has every row', async (name) => {
    const { sampleIds, featureIds, sampleOffsets, featureIndices, counts } = await readFeatureTable(fixture(name));
    expect(sampleIds).toEqual(
      Array.from({ length: 25 }, (_, s) => `sample number ${String(s).padStart(2, '0')} of the study`),
    );
    const found = new Map<string, number>();
    for (let s = 0; s < 25; s++) {
      for (let i = sampleOffsets[s]!; i < sampleOffsets[s + 1]!; i++) {
        found.set(`${s} ${featureIds[featureIndices[i]!]}`, counts[i]!);
      }
    }
    const wanted = new Map<string, number>();
    for (let s = 0; s < 25; s++) {
      for (let f = 0; f < 130; f++) {
        wanted.set(`${s} feature ${String((7 * s + f) % 130).padStart(3, '0')}`, 1 + ((s * f) % 97));
      }
    }
    expect(found).toEqual(wanted);
  });

  it('vectors-lz4.feather has every number', async () => {
    const { ids, width, values } = await readArrowVectors(fixture('vectors-lz4.feather'));
    expect([ids.length, width]).toEqual([40, 40]);
    expect([...values]).toEqual(Array.from({ length: 1600 }, (_, i) => ((Math.floor(i / 40) * (i % 40)) % 7) / 8));
  });

  it.each(['lz4.feather', 'zstd.feather'])('%s with a length that it cannot have is refused at once', async (name) => {
    const bytes = Buffer.from(bytesOf(name));
    // Every length stands in front of a frame.
    const magic = name.startsWith('lz4') ? [0x04, 0x22, 0x4d, 0x18] : [0x28, 0xb5, 0x2f, 0xfd];
    const at = bytes.indexOf(Buffer.from(magic)) - 8;
    for (const claim of [2n ** 62n, 2n ** 31n, -2n, 5n]) {
      bytes.writeBigInt64LE(claim, at);
      const path = temporaryFile('t', bytes);
      expect(await codeOf(() => readFeatureTable(path))).toBe('FILE_MALFORMED');
    }
  });
});

describe('unpacking', () => {
  it.each(streams)('%s gives what was packed, and needs the right size', (_, unpack, name) => {
    expect(Buffer.from(unpack(bytesOf(name), text.length)).equals(text)).toBe(true);
    for (const size of [0, 1, text.length - 1, text.length + 1]) expect(() => unpack(bytesOf(name), size)).toThrow();
  });

  it.each(streams)('%s, cut off or damaged anywhere, ends with bytes or an error', (_, unpack, name) => {
    const packed = bytesOf(name);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), (at, value) => {
        for (const damaged of [packed.subarray(0, at), packed.with(at, value)]) {
          let found: Uint8Array | undefined;
          try {
            found = unpack(damaged, text.length);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
          if (found !== undefined) expect(found.length).toBe(text.length);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('LZ4 of one block, and of blocks behind their lengths', () => {
    expect(Buffer.from(lz4Block!(block, 26))).toEqual(unpacked);
    expect(Buffer.from(lz4OfParquet!(block, 26))).toEqual(unpacked);
    expect(Buffer.from(lz4OfParquet!(ofHadoop, 52))).toEqual(Buffer.concat([unpacked, unpacked]));
    expect(Buffer.from(lz4OfParquet!(bytesOf('stream.lz4'), text.length)).equals(text)).toBe(true);
  });

  it.each([
    ['another size', block, 25],
    ['too large a size', block, 27],
    ['a copy from before the start', block.with(2, 9), 26],
    ['a copy from nowhere', block.with(2, 0), 26],
    ['literals beyond the end', block.with(5, 0xf0), 26],
    ['nothing', new Uint8Array(0), 0],
  ])('refuses an LZ4 block with %s', (_, packed, size) => {
    expect(() => lz4Block!(packed, size)).toThrow('its LZ4 data are damaged');
  });

  it('refuses a Zstandard frame that says another size, or wants a very large window', () => {
    // Magic, one segment of a size of one byte, a last block of one byte that stands as it is.
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 0x09, 0, 0, 7);
    expect([...zstdFrame!(frame, 1)]).toEqual([7]);
    expect(() => zstdFrame!(frame, 2)).toThrow('1 bytes where 2 were announced');
    expect(() => zstdFrame!(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xf8, 0x09, 0, 0, 7), 1)).toThrow('a window of');
    expect(() => zstdFrame!(Uint8Array.of(1, 2, 3, 4, 5, 6, 7), 1)).toThrow('no frame');
  });
});
