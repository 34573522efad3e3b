import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileBytes } from './file-bytes.js';
import { type TextCollection, TextCollections, textOf } from './text-collections.js';

/** A collection of 4,096 bytes with these texts, by index from 1 on. */
function collectionOf(texts: readonly string[]): Buffer {
  const bytes = Buffer.alloc(4096);
  bytes.write('GCOL\x01', 0, 'latin1');
  bytes.writeBigUInt64LE(4096n, 8);
  let at = 16;
  texts.forEach((text, i) => {
    const letters = Buffer.from(text);
    bytes.writeUInt16LE(i + 1, at);
    // How often a text is used is beyond ASCII, and no part of it.
    bytes.writeUInt16LE(0xffff, at + 2);
    bytes.writeBigUInt64LE(BigInt(letters.length), at + 8);
    letters.copy(bytes, at + 16);
    at += 16 + 8 * Math.ceil(letters.length / 8);
  });
  return bytes;
}

/** Texts by their index, from 1 on. */
const textsIn = ({ letters, starts, lengths, isAscii }: TextCollection): string[] =>
  [...starts.keys()].flatMap((i) =>
    starts[i] === 0 ? [] : [textOf(letters.slice(starts[i], starts[i]! + lengths[i]!), isAscii)],
  );

const plain = ['s1', '', 'a text that is longer than a word', 'x'.repeat(16)];
const strange = ['é', 'b', 'c\0d'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seq-collections-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Collections of a file of so many bytes, one at either of two places that are no multiples of four. */
async function withFile(size: number, places: readonly number[], look: (of: TextCollections) => Promise<void>) {
  const path = join(folder, `file-${size}`);
  const file = await open(path, 'w');
  await file.write(collectionOf(plain), 0, 4096, places[0]);
  await file.write(collectionOf(strange), 0, 4096, places[1]);
  await file.truncate(size);
  await file.close();
  const bytes = await FileBytes.open(path);
  await look(new TextCollections(bytes));
  await bytes.close();
}

describe('TextCollections', () => {
  // A file of up to 16 MiB is fetched whole.
  it.each([
    ['fetched whole', 100_000],
    ['fetched in pieces', 17 * 2 ** 20],
  ])('gives the texts of a file that is %s by their index, and says whether all are ASCII', async (_, size) => {
    const places = [4099, size - 4097];
    await withFile(size, places, async (collections) => {
      const [first, second] = [await collections.at(places[0]!), await collections.at(places[1]!)];
      expect([first.isAscii, second.isAscii]).toEqual([true, false]);
      expect([textsIn(first), textsIn(second)]).toEqual([plain, ['é', 'b', 'c']]);
      expect(collections.now(places[0]!)).toBe(first);
      expect(await collections.at(places[1]!)).toBe(second);
    });
  });

  it('needs no waiting where the file was fetched whole', async () => {
    await withFile(100_000, [16, 8192], async (collections) => {
      expect(collections.now(8192)).toBeUndefined();
      await collections.at(16);
      expect(collections.now(8192)?.isAscii).toBe(false);
    });
    await withFile(17 * 2 ** 20, [16, 8192], async (collections) => {
      await collections.at(16);
      expect(collections.now(8192)).toBeUndefined();
    });
  });

  it.each([
    ['beyond its collection', 8, 5000, 'a text beyond its collection'],
    ['very long', 12, 1, 'a very long text'],
  ])('refuses a text that is %s', async (_, place, value, found) => {
    const path = join(folder, 'damaged');
    const bytes = collectionOf(plain);
    bytes.writeUInt32LE(value, 16 + place);
    await writeFile(path, bytes);
    const file = await FileBytes.open(path);
    await expect(new TextCollections(file).at(0)).rejects.toThrow(found);
    await file.close();
  });

  it('refuses what is no collection, and one that reaches beyond the file', async () => {
    await withFile(100_000, [16, 97_000], async (collections) => {
      await expect(collections.at(20)).rejects.toThrow('no GCOL');
      await expect(collections.at(97_000)).rejects.toThrow('bytes 97000 + 4096');
      expect(() => collections.now(97_000)).toThrow('bytes 97000 + 4096');
      await expect(collections.at(99_990)).rejects.toThrow('bytes 99990 + 16');
    });
  });
});
