import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/fixtures.js';
import { writeWhole } from './write-whole.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = temporaryFolder();
  path = join(folder, 'table.tsv');
  await writeFile(path, 'old');
});

describe('writeWhole', () => {
  it('shows the old file until the new one is whole, then that alone', async () => {
    await writeWhole(path, async (file) => {
      await file.writeFile('ne');
      expect(await readFile(path, 'utf8')).toBe('old');
      await file.writeFile('w');
      expect(await readFile(path, 'utf8')).toBe('old');
    });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['table.tsv']);
  });

  it('leaves the old file and nothing beside it where the writing fails', async () => {
    const reason = new Error('stopped');
    const stopped = writeWhole(path, async (file) => {
      await file.writeFile('half');
      throw reason;
    });
    await expect(stopped).rejects.toBe(reason);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['table.tsv']);
  });

  it('says which file the system would not take, and why', async () => {
    const nowhere = join(folder, 'absent', 'table.tsv');
    await expect(writeWhole(nowhere, async () => {})).rejects.toMatchObject({
      code: 'FILE_NOT_WRITTEN',
      message: `"${nowhere}" was not written: its folder does not exist. Nothing was changed.`,
    });
  });
});
