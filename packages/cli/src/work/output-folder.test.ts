import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { inOutputFolder } from './output-folder.js';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'aam-output-'));
});

const reason = new Error('no longer wanted');
const failing = (): Promise<void> => Promise.reject(reason);

describe('inOutputFolder', () => {
  it('makes the folders that are missing', async () => {
    const path = join(place, 'a/b/d.tsv');
    await inOutputFolder(path, () => writeFile(path, 'd'));
    expect(await readFile(path, 'utf8')).toBe('d');
  });

  it('leaves no folder that it made where the writing fails, and throws on why', async () => {
    await expect(inOutputFolder(join(place, 'a/b/d.tsv'), failing)).rejects.toBe(reason);
    expect(await readdir(place)).toEqual([]);
  });

  it('leaves folders that were there, and those in which something is', async () => {
    await mkdir(join(place, 'there'));
    await expect(inOutputFolder(join(place, 'there/d.tsv'), failing)).rejects.toBe(reason);
    await expect(inOutputFolder(join(place, 'there/new/d.tsv'), failing)).rejects.toBe(reason);
    expect(await readdir(place, { recursive: true })).toEqual(['there']);
    const beside = async (): Promise<void> => {
      await writeFile(join(place, 'a/other.tsv'), 'd');
      throw reason;
    };
    await expect(inOutputFolder(join(place, 'a/b/d.tsv'), beside)).rejects.toBe(reason);
    expect((await readdir(place, { recursive: true })).sort()).toEqual(['a', 'a/other.tsv', 'there']);
  });
});
