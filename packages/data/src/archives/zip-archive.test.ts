import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { codeOf, temporaryFolder } from '../../test/fixtures.js';
import { writeZip, type ZipMember } from './write-zip.js';
import { ZipArchive } from './zip-archive.js';

/** The bytes of an archive of the given members. */
async function zipped(members: Readonly<Record<string, string>>, level?: number): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'seq-data-zip-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'x.zip');
  const list = Object.entries(members).map(([name, text]): ZipMember => ({ name, content: () => text, level }));
  const file = await open(path, 'w');
  await writeZip(file, list, { time: new Date(0) });
  await file.close();
  return readFileSync(path);
}

it.each([0, 6])('reads what writeZip wrote, at level %i, and only that', async (level) => {
  const archive = await ZipArchive.open('x', await zipped({ 'a/ä.txt': 'one', b: '' }, level));
  expect(archive.names).toEqual(['a/ä.txt', 'b']);
  expect(new TextDecoder().decode(await archive.read('a/ä.txt'))).toBe('one');
  expect(await archive.read('b')).toHaveLength(0);
  expect(await archive.read('c')).toBeUndefined();
});

/** Changes of an archive of one stored member "aa" with the content "12345678", and what each is refused for. */
const damages: readonly (readonly [what: string, found: RegExp, damage: (bytes: Buffer) => Uint8Array])[] = [
  ['an end that is cut off', /damaged or cut off/, (bytes) => bytes.subarray(0, bytes.length - 1)],
  ['an entry that is none', /damaged or cut off/, (bytes) => changed(bytes, 0, 0)],
  ['a name that leads out', /invalid relative path/, (bytes) => replaced(bytes, 'aa', '..')],
  ['a changed byte', /"aa" is damaged/, (bytes) => replaced(bytes, '12345678', '12345679')],
  ['a member beyond the end', /not where the directory says/, (bytes) => changed(bytes, 42, 10 ** 6)],
  ['a member that claims too much', /damaged or cut off/, (bytes) => changed(bytes, 24, 10 ** 9)],
];

const directoryStart = (bytes: Buffer): number => bytes.indexOf(Buffer.of(0x50, 0x4b, 1, 2));

function changed(bytes: Buffer, at: number, value: number): Buffer {
  bytes.writeUInt32LE(value, directoryStart(bytes) + at);
  return bytes;
}

function replaced(bytes: Buffer, text: string, other: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(text, other), 'latin1');
}

it.each(damages)('refuses %s', async (_, found, damage) => {
  const bytes = damage(await zipped({ aa: '12345678' }, 0));
  const read = async (): Promise<unknown> => (await ZipArchive.open('x', bytes)).read('aa');
  expect(await codeOf(read)).toBe('FILE_MALFORMED');
  await expect(read()).rejects.toThrow(found);
});

it('refuses packed members that unpack to more or less than they claim, or claim the impossible', async () => {
  for (const [size, found] of [
    [99, /is damaged/],
    [101, /is damaged/],
    [10 ** 9, /claims 1000000000 bytes/],
  ] as const) {
    const archive = await ZipArchive.open('x', changed(await zipped({ aa: 'x'.repeat(100) }), 24, size));
    await expect(archive.read('aa')).rejects.toThrow(found);
  }
});

it('refuses encrypted and unknown kinds of packing by name', async () => {
  const bytes = await zipped({ aa: 'x'.repeat(100) });
  const method = directoryStart(bytes) + 10;
  bytes.writeUInt16LE(12, method);
  await expect((await ZipArchive.open('x', bytes)).read('aa')).rejects.toThrow(/the unknown method 12/);
  bytes.writeUInt16LE(8, method);
  bytes.writeUInt16LE(1, method - 2);
  await expect((await ZipArchive.open('x', bytes)).read('aa')).rejects.toThrow(/is encrypted/);
});

it('extracts a member into a new file, and refuses what is damaged, unpacks to more than it claims, or is too large', async () => {
  const text = 'ACGT'.repeat(100_000);
  const extracted = async (bytes: Uint8Array): Promise<string> => {
    const target = join(temporaryFolder(), 'aa');
    expect(await (await ZipArchive.open('x', bytes)).extract('aa', target)).toBe(true);
    return readFileSync(target, 'utf8');
  };
  for (const level of [0, 6]) expect(await extracted(await zipped({ aa: text }, level))).toBe(text);
  for (const size of [100, text.length - 1, text.length + 1]) {
    await expect(extracted(changed(await zipped({ aa: text }), 24, size))).rejects.toThrow('"aa" is damaged');
  }
  await expect(extracted(changed(await zipped({ aa: text }), 16, 1))).rejects.toThrow('"aa" is damaged');
  await expect(extracted(changed(await zipped({ aa: text }), 24, 10 ** 9))).rejects.toThrow('claims 1000000000 bytes');
  const archive = await ZipArchive.open('x', await zipped({ aa: text }));
  expect(await archive.extract('bb', join(temporaryFolder(), 'bb'))).toBe(false);
  expect(await codeOf(() => archive.read('aa', 1000))).toBe('FILE_TOO_LARGE');
});
